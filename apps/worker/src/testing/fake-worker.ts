// The worker program with fake experiments in its compute child.
import { fileURLToPath } from 'node:url';
import { readSettings } from '@patchbay/contracts/settings';
import { runWorker } from '../run-worker.js';

/** A port that the test chose, where it chose one. */
const port = (name: string): number | undefined => Number(process.env[name]) || undefined;

await runWorker({
  settings: readSettings(),
  device: 'cpu',
  slots: 1,
  metricsPort: port('FAKE_METRICS_PORT'),
  probePort: port('FAKE_PROBE_PORT'),
  onReady: () => {
    console.log('ready');
  },
  computeEntry: fileURLToPath(new URL('./fake-child.js', import.meta.url)),
});
process.exit(0);
