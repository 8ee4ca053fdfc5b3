import { ACTIVATIONS } from './activations.js';
import { ARITHMETIC } from './arithmetic.js';
import { choice } from './choice.js';
import { INDEXING } from './indexing.js';
import { NORMALISATIONS } from './normalisations.js';
import { PRODUCTS } from './products.js';
import { REDUCTIONS } from './reductions.js';
import type { Rule } from './rule.js';
import { SELECTIONS } from './selections.js';
import { SHAPES } from './shapes.js';

/** The chain rule of each operator, by its ONNX name. */
export const RULES: Readonly<Partial<Record<string, Rule>>> = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...INDEXING,
  ...NORMALISATIONS,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SELECTIONS,
  ...SHAPES,
  If: choice,
};
