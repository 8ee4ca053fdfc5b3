import { inHalves } from '../memory/in-halves.js';
import { RunMemory } from '../memory/run-memory.js';
import type { Workbench } from '../method.js';

/** The memory of a workbench that never lacks any. */
export const plentyOfMemory: Pick<Workbench<unknown>, 'memory' | 'inHalves'> = {
  memory: new RunMemory(Infinity, 0),
  inHalves: (entries, work) => inHalves(entries, work, () => undefined),
};
