/** @file Non-linear functions of the elements. */
import type { Value } from '../graph.js';
import { elementwise } from './one.js';

export const sigmoid = (a: Value): Value => elementwise('Sigmoid', a);
export const tanh = (a: Value): Value => elementwise('Tanh', a);
export const relu = (a: Value): Value => elementwise('Relu', a);
/** Gaussian error linear unit, exact or by the tanh formula (`gelu_new`). */
export const gelu = (a: Value, approximate: 'none' | 'tanh'): Value => elementwise('Gelu', a, { approximate });
