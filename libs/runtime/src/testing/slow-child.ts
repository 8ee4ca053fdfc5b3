import { invalidInput } from '@patchbay/contracts';
import { serveCompute } from '../serve-compute.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds the thread as a running ONNX session does: no timer, no message, no signal handler gets a turn. */
const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Compute child of the slot's tests. */
serveCompute({
  echo: (input) => Promise.resolve(input),
  environment: () => Promise.resolve(process.env['PATCHBAY_TEST']),
  arguments: () => Promise.resolve(process.argv.slice(2)),
  steps: async (input, hooks) => {
    const { steps, ms } = input as { steps: number; ms: number };
    for (let step = 1; step <= steps; step++) {
      await sleep(ms);
      hooks.onProgress(step / steps, 'stepping');
      await hooks.saveCheckpoint({ step });
    }
    return steps;
  },
  block: (input) => {
    block(Number(input));
    return Promise.resolve();
  },
  blockInTurns: async () => {
    for (;;) {
      block(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  refuse: () => Promise.reject(invalidInput('There is no such site.', 'Name another.')),
  unsendable: () => Promise.resolve(() => 1),
  exit: (input) => process.exit(Number(input)),
});
