import type { Agreement } from './agreement.js';
import type { Measurement } from './measure.js';
import type { Profile } from './profile.js';
import type { Where } from './where.js';

/** One side's runs of a work. */
export interface Runs {
  seconds: number[];
  peakBytes: number[];
  versions: Record<string, string>;
}

/** What is kept of a work's measurement, and what the page is written from. */
export interface WorkRecord extends Where {
  id: string;
  patchbay: Runs;
  profile?: Profile;
  peers: (Runs & { name: string; agreement: Agreement | null })[];
}

export const newRuns = (): Runs => ({ seconds: [], peakBytes: [], versions: {} });

export function addRun(runs: Runs, { seconds, peakBytes, versions }: Measurement): void {
  runs.seconds.push(Math.round(seconds * 1000) / 1000);
  runs.peakBytes.push(peakBytes);
  runs.versions = versions;
}
