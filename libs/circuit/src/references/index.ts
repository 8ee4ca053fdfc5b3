import { docstring, docstringOneill, induction } from './attention-only.js';
import { greaterThanAcdc, greaterThanHanna } from './greater-than.js';
import { ioiOneill, ioiWang } from './ioi.js';
import type { ReferenceCircuit } from './reference-circuit.js';
import { tracrCircuits } from './tracr.js';

/** Every circuit that results can be scored against. */
export const referenceCircuits: readonly ReferenceCircuit[] = [
  ioiWang,
  ioiOneill,
  greaterThanAcdc,
  greaterThanHanna,
  docstring,
  docstringOneill,
  induction,
  ...tracrCircuits,
];
