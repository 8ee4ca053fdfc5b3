/** @file The operators, as functions that read like the formulas they stand for. */
export * from './activations.js';
export * from './arithmetic.js';
export * from './indexing.js';
export * from './normalisations.js';
export * from './products.js';
export * from './reductions.js';
export * from './selections.js';
export * from './shapes.js';
