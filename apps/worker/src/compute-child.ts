// Entry of a compute child: `compute-child.js HOME`, forked by a worker's compute slot.
import { Experiments } from '@patchbay/methods';
import { serveCompute } from '@patchbay/runtime';
import { experimentHandlers } from './operations.js';

const home = process.argv[2];
if (home === undefined) throw new Error('The compute child is started with the Patchbay home folder as its argument.');
serveCompute(experimentHandlers(new Experiments({ home })));
