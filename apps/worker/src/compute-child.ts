// Entry of a compute child: `compute-child.js HOME SLOTS`, forked by a worker's compute slot.
import { readSettings } from '@patchbay/contracts/settings';
import { Experiments, freeMemoryBudget } from '@patchbay/methods';
import { serveCompute } from '@patchbay/runtime';
import { experimentHandlers } from './operations.js';

const [home, slots] = process.argv.slice(2);
if (home === undefined || slots === undefined) {
  throw new Error(
    'The compute child is started with the Patchbay home folder and the worker’s slots as its arguments.',
  );
}
const { memoryBytes = freeMemoryBudget(), devices } = readSettings();
// The slots of all workers share what there is; a child that follows one that was killed sees what is free by then.
const share = memoryBytes / (Number(slots) * devices.length);
serveCompute(experimentHandlers(new Experiments({ home, memoryBytes: share })));
