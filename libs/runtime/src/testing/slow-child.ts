import { invalidInput } from '@patchbay/contracts';
import { serveCompute } from '../serve-compute.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds the thread as a running ONNX session does: no timer, no message, no signal handler gets a turn. */
const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Compute child of the slot's tests. */
serveCompute({
  echo: async (input) => input,
  environment: async () => process.env['PATCHBAY_TEST'],
  arguments: async () => process.argv.slice(2),
  steps: async (input, hooks) => {
    const { steps, ms } = input as { steps: number; ms: number };
    for (let step = 1; step <= steps; step++) {
      await sleep(ms);
      hooks.onProgress(step / steps, 'stepping');
      await hooks.saveCheckpoint({ step });
    }
    return steps;
  },
  block: async (input) => block(Number(input)),
  blockInTurns: async () => {
    for (;;) {
      block(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  refuse: async () => {
    throw invalidInput('There is no such site.', 'Name another.');
  },
  unsendable: async () => () => 1,
  exit: async (input) => process.exit(Number(input)),
});
