import { readFileSync } from 'node:fs';

/** Edges of a compiled program's graph, and those of its circuit under each ablation, in the fixture's names. */
interface Truth {
  edges: string[];
  resample: string[];
  zero: string[];
}

/** By program; fixtures/tracr/README.md says how it was found. */
export const tracrTruth = JSON.parse(
  readFileSync(new URL('../../fixtures/tracr/edges.json', import.meta.url), 'utf8'),
) as Record<string, Truth>;
