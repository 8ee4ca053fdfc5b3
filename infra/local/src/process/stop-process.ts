import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type RecordedProcess } from './process-identity.js';

/** Time a process has to end by itself once asked. */
export const GRACE_MS = 8_000;

/**
 * Asks a process to end, and after {@link GRACE_MS} ends its whole group, which every process of the stack leads.
 * Does nothing if the process has gone or its number belongs to another by now.
 */
export async function stopProcess(target: RecordedProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(target)) return;
  send(target.pid, signal);
  if (await gone(target, GRACE_MS)) return;
  send(-target.pid, 'SIGKILL');
  await gone(target, GRACE_MS);
}

async function gone(target: RecordedProcess, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (isRunning(target)) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended in between: what was wanted
  }
}
