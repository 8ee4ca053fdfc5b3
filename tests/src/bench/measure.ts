import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Estimate, RunRequestInput } from '@patchbay/contracts';
import { runProgram } from './run-program.js';

/** What one process reports of itself: it loads the model, computes once, and writes this. */
export interface Measurement {
  /** of computing, model load excluded */
  seconds: number;
  /** most memory the process ever held */
  peakBytes: number;
  /** by node or edge; of ACDC the kept edges */
  scores: Record<string, number>;
  versions: Record<string, string>;
  /** ACDC's tested edges in order; only Patchbay tells them */
  steps?: [edge: string, rise: number, removed: boolean][];
  /** made before the run; only Patchbay has one */
  estimate?: Estimate;
  /** of a profiled run of Patchbay: milliseconds by operator */
  profile?: Record<string, number>;
}

/** Runs a program that writes its measurement to the file it is given with `--out`. */
export function measure(program: string, args: readonly string[]): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
  try {
    const out = join(folder, 'out.json');
    runProgram(program, [...args, '--out', out]);
    return JSON.parse(readFileSync(out, 'utf8')) as Measurement;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Patchbay's side. @param x.memory bytes that it may take @param x.profile tells where the time goes, and takes longer */
export function measurePatchbay(
  request: RunRequestInput,
  x: { home: string; memory?: number; profile?: boolean },
): Measurement {
  const script = fileURLToPath(new URL('patchbay.js', import.meta.url));
  const memory = x.memory === undefined ? [] : ['--memory', String(x.memory)];
  const profile = x.profile ? ['--profile'] : [];
  return measure(process.execPath, [
    script,
    '--request',
    JSON.stringify(request),
    '--home',
    x.home,
    ...memory,
    ...profile,
  ]);
}
