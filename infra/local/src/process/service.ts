import type { Device } from '@patchbay/contracts';
import type { ChildProcess } from 'node:child_process';
import type { LogFile } from './log-file.js';

/** One process of the stack: how it is started, told to be ready, and stopped. */
export interface Service<Ready> {
  /** as people read it; in lower case it names the log file */
  name: 'Postgres' | 'Temporal' | 'API' | 'Worker' | `Worker-${Device}`;
  stopSignal: NodeJS.Signals;
  /** Starts the process as the leader of a group of its own, so that Ctrl-C in a terminal reaches only its parent. */
  spawn(log: LogFile): ChildProcess;
  /** Resolves once the process serves; stops waiting when `signal` aborts. */
  ready(child: ChildProcess, signal: AbortSignal): Promise<Ready>;
}
