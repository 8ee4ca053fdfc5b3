export * from './catalogue.js';
export * from './errors.js';
export * from './problem.js';
export * from './result.js';
export * from './run-events.js';
export * from './run.js';
export * from './version.js';
