import type { Device } from '@patchbay/contracts';
import { Graph, matmul } from '@patchbay/onnx';
import { openSession } from './session.js';
import { floats } from './tensor.js';

/** How fast a device computes just now. */
export interface Speed {
  /** floating-point operations a second in a matrix product */
  flopsPerSecond: number;
  /** what each run of a session takes, however little it computes */
  secondsPerCall: number;
}

const ROWS = 512;
const WIDTH = 768;
const CALLS = 100;

/**
 * Times a matrix product as a block of a small language model has it, and a call that computes next to nothing.
 * @throws PatchbayError where the device cannot start
 */
export async function measureSpeed(device: Device): Promise<Speed> {
  const graph = new Graph('speed');
  graph.output('y', matmul(graph.input('a', 'float32', ['n', 'k']), graph.input('b', 'float32', ['k', 'm'])));
  const session = await openSession(graph, { device, folder: '.' });
  const run = (n: number, k: number) =>
    session.run({ a: floats(new Float32Array(n * k).fill(0.5), n, k), b: floats(new Float32Array(k * k), k, k) }, [
      'y',
    ]);
  try {
    await run(ROWS, WIDTH); // the first run starts the threads
    // The median: other work on the machine counts, a hiccup does not.
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(await secondsOf(() => run(ROWS, WIDTH)));
    const calls = await secondsOf(async () => {
      for (let i = 0; i < CALLS; i++) await run(1, 1);
    });
    const flops = 2 * ROWS * WIDTH ** 2;
    return { flopsPerSecond: flops / median(times), secondsPerCall: calls / CALLS };
  } finally {
    await session.release();
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
