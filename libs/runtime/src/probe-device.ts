import type { Device } from '@patchbay/contracts';
import { Graph, add } from '@patchbay/onnx';
import { openSession } from './session.js';
import { floats } from './tensor.js';

/**
 * Starts a device and computes 1 + 1 on it.
 * @throws PatchbayError `unavailable` saying what the machine lacks, or that the device computes wrongly
 */
export async function probeDevice(device: Device): Promise<void> {
  const g = new Graph('probe');
  g.output('y', add(g.input('x', 'float32', [1]), g.scalar(1)));
  const session = await openSession(g, { device, folder: '.' });
  try {
    const { y } = await session.run({ x: floats(Float32Array.of(1), 1) }, ['y']);
    if (y.data[0] !== 2) throw new Error(`the ${device} device says that 1 + 1 is ${y.data[0]}`);
  } finally {
    await session.release();
  }
}
