import { setTimeout as sleep } from 'node:timers/promises';
import { PatchbayError, type Progress, type SweepPreview, type SweepView, bytesText } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print } from '../output/print.js';
import { say } from '../output/say.js';
import { showProgress } from '../output/show-progress.js';
import { interrupted } from '../stack/interrupted.js';
import { type SweepOptions, sweepOf } from '../sweep-options.js';

const LOOK_MS = 1_000;

/** Says what a sweep is about to take, submits it and follows it to its end. */
export async function runSweep(api: ApiClient, file: string | undefined, options: SweepOptions): Promise<void> {
  const request = await sweepOf(file, options);
  const preview = await api.previewSweep(request);
  if (options.preview) {
    print(process.stdout.isTTY ? previewText(preview) : JSON.stringify(preview));
    return;
  }
  say(previewText(preview));
  const sweep = await api.submitSweep(request);
  const goesOn = new PatchbayError(
    'cancelled',
    `Sweep ${sweep.id} goes on.`,
    `Stop it: patchbay sweeps cancel ${sweep.id}`,
  );
  const ended = await watchSweep(api, sweep, interrupted(goesOn));
  print(process.stdout.isTTY ? countsText(ended) : JSON.stringify(ended));
  assertSucceeded(ended);
}

function previewText({ points, duplicates, estimate }: SweepPreview): string {
  const left = duplicates > 0 ? ` (${duplicates} more ask for the same)` : '';
  if (estimate === null) return `${points} runs${left}; what they take is not known before their model is fetched`;
  const { seconds, peakBytes, of } = estimate;
  const time = seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
  return `${points} runs${left}: about ${time} of computing, ${bytesText(peakBytes)} memory (from ${of} of them)`;
}

/** Looks every second, for a sweep is long and has no events of its own. */
async function watchSweep(api: ApiClient, submitted: SweepView, signal: AbortSignal): Promise<SweepView> {
  const from = performance.now();
  return showProgress(`Sweep ${submitted.id}`, async ({ update }) => {
    for (let sweep = submitted; ; sweep = await api.sweep(submitted.id)) {
      signal.throwIfAborted();
      update(progressOf(sweep, (performance.now() - from) / 1000));
      if (openPoints(sweep) === 0) return sweep;
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  });
}

const openPoints = ({ counts }: SweepView): number => counts.queued + counts.running;

function progressOf(sweep: SweepView, seconds: number): Progress {
  const open = openPoints(sweep);
  const done = sweep.points - open;
  const etaSeconds = done > 0 && sweep.status === 'running' ? (seconds / done) * open : null;
  return { stage: countsText(sweep), done, total: sweep.points, etaSeconds };
}

function countsText({ counts, reused, status }: SweepView): string {
  const told = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  if (reused > 0) told.push(`${reused} of them reused`);
  return `${status}: ${told.join(', ')}`;
}

/** @throws PatchbayError `cancelled`, or `internal` where some runs failed */
function assertSucceeded({ id, status, counts, points }: SweepView): void {
  if (status === 'cancelled') throw new PatchbayError('cancelled', 'The sweep was cancelled.', 'Submit it again.');
  if (counts.succeeded === points) return;
  throw new PatchbayError(
    'internal',
    `${points - counts.succeeded} of ${points} runs did not succeed.`,
    `See why with \`patchbay sweeps ${id} --status failed\`; try them again with \`patchbay sweeps retry ${id}\`.`,
  );
}
