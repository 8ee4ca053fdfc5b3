import type { TaskGenerator } from '../generator.js';
import { docstring } from './docstring/index.js';
import { greaterThan } from './greater-than/index.js';
import { induction } from './induction/index.js';
import { ioi } from './ioi/index.js';

/** Every generator, in the order they are listed. */
export const generators: readonly TaskGenerator[] = [ioi, greaterThan, docstring, induction];
