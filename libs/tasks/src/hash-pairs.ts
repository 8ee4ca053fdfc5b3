import { createHash } from 'node:crypto';
import type { Pair } from './pair.js';

/** SHA-256 over one line a pair: `clean;corrupted;answers;wrongs`, decimal ids between commas, each line ended by \n. */
export function hashPairs(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { clean, corrupted, answers, wrongs } of pairs) {
    hash.update(`${[clean, corrupted, answers, wrongs].map((ids) => ids.join(',')).join(';')}\n`);
  }
  return hash.digest('hex');
}
