import type { RunRequest, SweepPreview, SweepRequest } from '@patchbay/contracts';
import type { ApiParts } from '../parts.js';
import { estimateRun, findParts, isOnHub } from '../runs/submit-run.js';
import { expandSweep } from './expand-sweep.js';

/** Points that are estimated one by one; what the others take is scaled from them. */
const ESTIMATED_POINTS = 8;

/**
 * What a sweep would be and take if it were submitted.
 * @throws PatchbayError `invalid-input` as submitting it would
 */
export async function previewSweep(
  request: SweepRequest,
  parts: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<SweepPreview> {
  const { runs, duplicates } = await expandSweep(request, request, parts);
  return { points: runs.length, duplicates, estimate: await estimateOf(runs, parts) };
}

async function estimateOf(
  runs: readonly RunRequest[],
  parts: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<SweepPreview['estimate']> {
  const count = Math.min(runs.length, ESTIMATED_POINTS);
  const places = new Set(Array.from({ length: count }, (_, index) => Math.floor((index * runs.length) / count)));
  const chosen = runs.filter((_, index) => places.has(index));
  let [seconds, peakBytes] = [0, 0];
  for (const run of chosen) {
    if (isOnHub(await findParts(run, parts))) return null;
    const estimate = await estimateRun(run, parts);
    seconds += estimate.seconds;
    peakBytes = Math.max(peakBytes, estimate.peakBytes);
  }
  return { of: chosen.length, seconds: (seconds / chosen.length) * runs.length, peakBytes };
}
