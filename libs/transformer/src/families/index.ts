import type { Family } from '../architecture.js';
import { gpt2 } from './gpt2.js';
import { llama } from './llama.js';

/** Every family that can be opened. A new one is a file of its own and a word here. */
export const families: readonly Family[] = [gpt2, llama];
