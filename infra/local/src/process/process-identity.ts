import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process as it can be found again: the number alone may by then belong to another. */
export interface RecordedProcess {
  name: string;
  pid: number;
  identity: string;
}

/** When the process was started, in words that no later process of the same number shares; undefined if it is gone. */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux' ? identityFromProc(pid) : psField(pid, 'lstart');
}

/** The command line of a process, or '' if it is gone. */
export function processCommand(pid: number): string {
  if (process.platform !== 'linux') return psField(pid, 'command') ?? '';
  return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
}

export function isRunning(recorded: { pid: number; identity: string }): boolean {
  return processIdentity(recorded.pid) === recorded.identity;
}

function identityFromProc(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command, field 2, may hold spaces and parentheses; the state is field 3 and the start time field 22 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  return `${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim()} ${started}`;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function psField(pid: number, field: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
