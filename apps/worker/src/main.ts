// The worker program: `node main.js [--device cpu] [--slots 1] [--metrics-port N] [--probe-port N]`. It prints one line on stdout once it serves.
import { parseArgs } from 'node:util';
import { deviceSchema, invalidInput, PatchbayError } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { runWorker, type WorkerOptions } from './run-worker.js';

/** More compute processes than any machine has accelerators or cores to spare for. */
const MAX_SLOTS = 64;

function readArguments(): Pick<WorkerOptions, 'device' | 'slots' | 'metricsPort' | 'probePort'> {
  const values = parse();
  const device = deviceSchema.safeParse(values.device);
  if (!device.success) {
    throw invalidInput(`There is no device "${values.device}".`, `Choose one of ${deviceSchema.options.join(', ')}.`);
  }
  const slots = Number(values.slots);
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw invalidInput(`--slots ${values.slots} is no count of slots.`, `Give a number from 1 to ${MAX_SLOTS}.`);
  }
  const metricsPort = readPort('metrics-port', values['metrics-port']);
  return { device: device.data, slots, metricsPort, probePort: readPort('probe-port', values['probe-port']) };
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw invalidInput(`--${name} ${text} is no port.`, 'Give a number from 1 to 65535.');
}

function parse() {
  const options = {
    device: { type: 'string', default: 'cpu' },
    slots: { type: 'string', default: '1' },
    'metrics-port': { type: 'string' },
    'probe-port': { type: 'string' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidInput(
      reason,
      'Usage: main.js [--device cpu|webgpu|cuda] [--slots N] [--metrics-port N] [--probe-port N]',
      { cause },
    );
  }
}

try {
  const options = readArguments();
  const { device, slots } = options;
  const onReady = (): void => {
    console.log(JSON.stringify({ ready: true, device, slots }));
  };
  await runWorker({ settings: readSettings(), ...options, onReady });
  process.exit(0);
} catch (thrown) {
  const error = PatchbayError.of(thrown);
  console.error(`${error.message} ${error.action}`);
  if (error.kind === 'internal') console.error(thrown);
  process.exit(1);
}
