import type { Measurement } from './measure.js';

export interface Agreement {
  agrees: boolean;
  /** for the table */
  words: string;
}

/** Largest difference of a score, as a share of the largest score, that still counts as equal. */
const TOLERANCE = 1e-3;

/** Every score of the peer against Patchbay's; Patchbay may have more (MLPs and the input as senders). */
export function compareScores(ours: Measurement['scores'], theirs: Measurement['scores']): Agreement {
  let largest = 0;
  let scale = 0;
  for (const [name, value] of Object.entries(theirs)) {
    const own = ours[name];
    if (own === undefined) return { agrees: false, words: `Patchbay has no ${name}` };
    // NaN on either side must not pass
    largest = Number.isFinite(value - own) ? Math.max(largest, Math.abs(value - own)) : Infinity;
    scale = Math.max(scale, Math.abs(own));
  }
  const share = largest / scale;
  const count = Object.keys(theirs).length;
  return { agrees: share <= TOLERANCE, words: `${count} scores, ${share.toExponential(0)} of the largest` };
}

/** How near to τ, as a share of it, a rise must be for two float32 programs to decide differently. */
const CLOSE_CALL = 0.01;
/** What float32 leaves of a KL divergence, in nats. */
const NOISE = 1e-8;

/**
 * ACDC's decisions in the order in which both sides make them. From the first one that differs the scans are different
 * ones, so only that one is judged: whether it was a close call.
 */
export function compareDecisions(ours: Measurement, kept: Measurement['scores'], tau: number): Agreement {
  const steps = ours.steps ?? [];
  const differs = steps.findIndex(([edge, , removed]) => edge in kept === removed);
  const [edge, rise = 0] = steps[differs] ?? [];
  if (edge === undefined) {
    const sizes = [Object.keys(ours.scores).length, Object.keys(kept).length] as const;
    const words = `${steps.length} decisions, ${sizes[0]} kept`;
    return { agrees: steps.length > 0 && sizes[0] === sizes[1], words };
  }
  const distance = Math.abs(rise - tau);
  return {
    agrees: distance <= Math.max(CLOSE_CALL * tau, NOISE),
    words: `${differs} of ${steps.length} decisions; then ${edge}, ${distance.toExponential(0)} from τ`,
  };
}
