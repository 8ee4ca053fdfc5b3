import { type Device, type Result, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { type Placement, recordPlacements } from '@patchbay/transformer';

/** @file What is held against the cpu on every other device: each kind of graph that the engine has, on a small model. */

/** Largest difference in logits that rounding in another order of sums may make. */
export const TOLERANCE = 1e-4;

export type Entry = readonly [method: string, params: Record<string, unknown>];

/** Patched runs, frozen and replayed runs, gradients, masked runs: few enough for a device in software. */
export const PARITY_SET: readonly Entry[] = [
  ['activation-patching', { site: 'z', positions: 'all' }],
  ['path-patching', { receiver: 'a2.h1<q>' }],
  ['eap', {}],
  ['acdc', { tau: 0.2 }],
];

/** For a device that people compute on: the other sites, receivers and rules as well. */
export const WHOLE_SET: readonly Entry[] = [
  ...PARITY_SET,
  ['activation-patching', { site: 'resid-pre', positions: 'each' }],
  ['activation-patching', { site: 'attn-out', positions: 'all' }],
  ['activation-patching', { site: 'mlp-out', positions: 'all' }],
  ['path-patching', {}],
  ['edge-patching', {}],
  ['attribution-patching', {}],
  ['eap-ig', {}],
];

export interface Parity {
  /** scores compared */
  scores: number;
  /** of all scores and both baselines */
  largestDifference: number;
  /** seconds of computing, the device's first use of its kernels included */
  seconds: { cpu: number; device: number };
  /** where the device's run was computed */
  placements: Placement[];
}

/** Runs a method on the cpu and on a device. @throws PatchbayError `unavailable` where the device cannot start */
export async function compareDevices(device: Device, [method, params]: Entry, home: string): Promise<Parity> {
  const run = (on: Device): Promise<Result> => {
    const subject = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 1 };
    const request = runRequestSchema.parse({ ...subject, method, params, device: on });
    return discover({ request, modelSource: 'tinytasks' }, { home });
  };
  const there = await recordPlacements(() => run(device));
  const here = await run('cpu');
  const [a, b] = [scoresOf(here), scoresOf(there.value)];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  // A score that only one of them has is no agreement.
  const differences = [...names].map((name) => Math.abs((a[name] ?? Infinity) - (b[name] ?? 0)));
  return {
    scores: names.size,
    largestDifference: Math.max(...differences),
    seconds: { cpu: here.seconds.compute, device: there.value.seconds.compute },
    placements: there.placements,
  };
}

const scoresOf = ({ baseline, nodes, edges }: Result): Record<string, number> => ({ ...baseline, ...nodes, ...edges });

/**
 * Nodes that a device left to the cpu and that touch the model's numbers; arithmetic on shapes and indices (int64, bool)
 * belongs there.
 */
export const leftToCpu = (placements: readonly Placement[]): Placement[] =>
  placements.filter(
    ({ provider, types }) => provider.startsWith('CPU') && types.some((type) => /float|double/.test(type)),
  );
