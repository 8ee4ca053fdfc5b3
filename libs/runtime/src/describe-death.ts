import { readFileSync } from 'node:fs';
import { PatchbayError } from '@patchbay/contracts';

/** How many processes the Linux kernel has killed for want of memory; undefined where it does not say. */
export function readKernelKills(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined; // some containers hide /proc/vmstat
  }
}

/**
 * Why a compute process that nobody stopped has ended.
 * @param killsBefore the kernel's count when the work began
 */
export function describeDeath(
  code: number | null,
  signal: NodeJS.Signals | null,
  killsBefore: number | undefined,
): PatchbayError {
  if (signal === 'SIGKILL') {
    const kills = readKernelKills();
    const byKernel = kills === undefined || killsBefore === undefined || kills > killsBefore;
    if (byKernel) {
      return new PatchbayError(
        'out-of-memory',
        'The compute process was killed, most likely because the machine ran out of memory.',
        'Set PATCHBAY_MEMORY lower, so that batches are cut smaller, or use a smaller model or a machine with more memory.',
      );
    }
  }
  if (signal === 'SIGKILL' || signal === 'SIGTERM') {
    return new PatchbayError(
      'unavailable',
      `The compute process was stopped from outside (${signal}).`,
      'Find out what stops processes on the worker machine; the work is tried again.',
    );
  }
  return new PatchbayError(
    'internal',
    `The compute process ended unexpectedly (${signal ?? `exit code ${code}`}).`,
    'Read the worker log for what the process said last, and report it.',
  );
}
