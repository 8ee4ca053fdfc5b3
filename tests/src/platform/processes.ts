import { readFileSync, readdirSync } from 'node:fs';

/** @file Processes of this machine, read from /proc: what was started for a home, and by whom. */

export interface RunningProcess {
  pid: number;
  command: string;
  environment: string;
}

export function runningProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const text = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
        // A zombie has no command line: it has ended and only waits to be counted.
        const command = text('cmdline');
        return command ? [{ pid: Number(pid), command, environment: text('environ') }] : [];
      } catch {
        return []; // it ended meanwhile, or is another user's
      }
    });
}

/** Everything that runs for a home: it is named in the command line or in the environment. */
export const processesOf = (home: string): RunningProcess[] =>
  runningProcesses().filter(({ command, environment }) => command.includes(home) || environment.includes(home));
