import type { Family } from '../architecture.js';
import { attentionOnly } from './attention-only.js';
import { gemma } from './gemma.js';
import { gemma2 } from './gemma2.js';
import { gemma3 } from './gemma3.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gpt-neox.js';
import { llama } from './llama.js';
import { qwen2 } from './qwen2.js';
import { qwen3 } from './qwen3.js';
import { tracr } from './tracr.js';

/** Every family that can be opened. A new one is a file of its own and a word here. */
export const families: readonly Family[] = [
  ...[gpt2, llama, gptNeox, qwen2, qwen3, gemma, gemma2, gemma3],
  ...[attentionOnly, tracr],
];
