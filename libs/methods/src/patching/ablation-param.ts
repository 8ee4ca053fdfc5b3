import { z } from 'zod';
import { ABLATIONS } from './donor.js';

/** The `ablation` parameter of every method that removes edges. */
export const ablationParam = z
  .enum(ABLATIONS)
  .default('resample')
  .describe('What a removed edge carries: the corrupted prompt’s value, the mean of those prompts, or zero');
