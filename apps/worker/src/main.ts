// The worker program: `node main.js [--device cpu] [--slots 1]`. It prints one line on stdout once it serves.
import { parseArgs } from 'node:util';
import { type Device, deviceSchema, invalidInput, PatchbayError } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { runWorker } from './run-worker.js';

/** More compute processes than any machine has accelerators or cores to spare for. */
const MAX_SLOTS = 64;

function readArguments(): { device: Device; slots: number } {
  const values = parse();
  const device = deviceSchema.safeParse(values.device);
  if (!device.success) {
    throw invalidInput(`There is no device "${values.device}".`, `Choose one of ${deviceSchema.options.join(', ')}.`);
  }
  const slots = Number(values.slots);
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw invalidInput(`--slots ${values.slots} is no count of slots.`, `Give a number from 1 to ${MAX_SLOTS}.`);
  }
  return { device: device.data, slots };
}

function parse(): { device: string; slots: string } {
  const options = { device: { type: 'string', default: 'cpu' }, slots: { type: 'string', default: '1' } } as const;
  try {
    return parseArgs({ options }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidInput(reason, 'Usage: main.js [--device cpu|webgpu|cuda] [--slots N]', { cause });
  }
}

try {
  const { device, slots } = readArguments();
  const onReady = (): void => {
    console.log(JSON.stringify({ ready: true, device, slots }));
  };
  await runWorker({ settings: readSettings(), device, slots, onReady });
  process.exit(0);
} catch (thrown) {
  const error = PatchbayError.of(thrown);
  console.error(`${error.message} ${error.action}`);
  if (error.kind === 'internal') console.error(thrown);
  process.exit(1);
}
