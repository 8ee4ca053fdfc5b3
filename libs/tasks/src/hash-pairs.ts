import { createHash } from 'node:crypto';
import type { Pair } from './pair.js';

/**
 * SHA-256 over one line a pair: `clean;corrupted;answers;wrongs`, decimal ids between commas, each line ended by \n. A
 * pair's negative prompt and label follow where it has one: `;negative=ids`, `;label=` and the label as JSON.
 */
export function hashPairs(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { clean, corrupted, answers, wrongs, negative, label } of pairs) {
    const lists = [clean, corrupted, answers, wrongs].map((ids) => ids.join(','));
    if (negative) lists.push(`negative=${negative.join(',')}`);
    if (label !== undefined) lists.push(`label=${JSON.stringify(label)}`);
    hash.update(`${lists.join(';')}\n`);
  }
  return hash.digest('hex');
}
