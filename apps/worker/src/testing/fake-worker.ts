// The worker program with fake experiments in its compute child.
import { fileURLToPath } from 'node:url';
import { readSettings } from '@patchbay/contracts/settings';
import { runWorker } from '../run-worker.js';

await runWorker({
  settings: readSettings(),
  device: 'cpu',
  slots: 1,
  onReady: () => {
    console.log('ready');
  },
  computeEntry: fileURLToPath(new URL('./fake-child.js', import.meta.url)),
});
process.exit(0);
