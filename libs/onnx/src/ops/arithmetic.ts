/** @file Arithmetic on elements, with broadcasting. */
import type { DType, Value } from '../graph.js';
import { elementwise, one, pairwise } from './one.js';

export const add = (a: Value, b: Value): Value => pairwise('Add', a, b);
export const sub = (a: Value, b: Value): Value => pairwise('Sub', a, b);
export const mul = (a: Value, b: Value): Value => pairwise('Mul', a, b);
export const div = (a: Value, b: Value): Value => pairwise('Div', a, b);
/** a to the power of b. */
export const pow = (a: Value, b: Value): Value => pairwise('Pow', a, b);
/** a · factor for a factor known now. */
export const scale = (a: Value, factor: number): Value => mul(a, a.graph.scalar(factor));

export const neg = (a: Value): Value => elementwise('Neg', a);
export const sqrt = (a: Value): Value => elementwise('Sqrt', a);
export const exp = (a: Value): Value => elementwise('Exp', a);
/** Natural logarithm. */
export const log = (a: Value): Value => elementwise('Log', a);
export const abs = (a: Value): Value => elementwise('Abs', a);
/** −1, 0 or 1. */
export const sign = (a: Value): Value => elementwise('Sign', a);
/** The error function. */
export const erf = (a: Value): Value => elementwise('Erf', a);
export const identity = (a: Value): Value => elementwise('Identity', a);

const ONNX_TYPES: Record<DType, number> = { float32: 1, int64: 7, bool: 9 };
/** The same numbers in another type. */
export const cast = (a: Value, dtype: DType): Value => one('Cast', [a], a.dims, { to: ONNX_TYPES[dtype] }, dtype);
