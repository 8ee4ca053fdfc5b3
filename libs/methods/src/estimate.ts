import type { Device, Estimate } from '@patchbay/contracts';
import { type Speed, measureSpeed } from '@patchbay/transformer';
import type { Cost } from './memory/cost.js';
import type { RunMemory } from './memory/run-memory.js';

/** Share of a large matrix product's speed that whole blocks reach: norms, softmax and copies beside the products. */
const EFFICIENCY = 0.5;
/** A block is some sixty operators; the call that is timed is one. */
const CALLS_OF_A_BLOCK = 8;

const speeds = new Map<Device, Promise<Speed>>();

/**
 * What a run will take: its arithmetic at the speed that a few matrix products reach on the run's device just now (a tenth
 * of a second, once a process). Nothing of earlier runs goes into it, so it is the same whether there were any.
 */
export async function estimateOf(cost: Cost, memory: RunMemory, device: Device): Promise<Estimate> {
  const speed = speeds.get(device) ?? measureSpeed(device);
  speeds.set(device, speed);
  const { flopsPerSecond, secondsPerCall } = await speed;
  const { flops, calls } = cost;
  return {
    seconds: flops / (EFFICIENCY * flopsPerSecond) + calls * CALLS_OF_A_BLOCK * secondsPerCall,
    peakBytes: memory.baseBytes + cost.bytes,
    flops,
    budgetBytes: memory.budgetBytes,
  };
}
