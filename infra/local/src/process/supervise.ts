import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { unavailable } from '@patchbay/contracts';
import { lastLines, openLog, type LogFile } from './log-file.js';
import { processIdentity, type RecordedProcess } from './process-identity.js';
import type { Service } from './service.js';
import { stopProcess } from './stop-process.js';

const READY_MS = 60_000;
/** Waits between restarts double from the first to the last; a minute of health starts them over. */
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 30_000;
const HEALTHY_MS = 60_000;

export interface SuperviseOptions {
  home: string;
  /** aborts the first start; later on, `stop` ends the service */
  signal: AbortSignal;
  /** told of each process of this service, so that a later start can find what was left behind */
  onSpawn(process: RecordedProcess): void;
  onNews(message: string): void;
}

export interface Supervised<Ready> {
  ready: Ready;
  stop(): Promise<void>;
}

/**
 * Starts a service, waits until it is ready, and starts it again whenever it ends unasked.
 * @throws PatchbayError `unavailable` with the last lines of its log when it does not get ready the first time
 */
export async function supervise<Ready>(service: Service<Ready>, options: SuperviseOptions): Promise<Supervised<Ready>> {
  const stopping = new AbortController();
  let current: RecordedProcess | undefined;
  let waitMs = FIRST_WAIT_MS;
  let restart: NodeJS.Timeout | undefined;

  const start = async (signal: AbortSignal): Promise<Ready> => {
    const log = openLog(options.home, service.name.toLowerCase());
    try {
      const child = service.spawn(log);
      current = record(service.name, child);
      if (current) options.onSpawn(current);
      const ready = await untilReady(service, child, log, signal);
      watch(child);
      return ready;
    } catch (error) {
      await end();
      throw error;
    } finally {
      closeSync(log.descriptor);
    }
  };

  const end = async (): Promise<void> => {
    if (current) await stopProcess(current, service.stopSignal);
  };

  const watch = (child: ChildProcess): void => {
    const since = Date.now();
    child.once('exit', () => {
      if (stopping.signal.aborted) return;
      if (Date.now() - since > HEALTHY_MS) waitMs = FIRST_WAIT_MS;
      startLater(`${service.name} ended unexpectedly`);
    });
  };

  const startLater = (why: string): void => {
    options.onNews(`${why}; it is started again in ${waitMs / 1000} s`);
    restart = setTimeout(() => {
      start(stopping.signal).then(
        () => options.onNews(`${service.name} is ready again`),
        () => stopping.signal.aborted || startLater(`${service.name} did not start`),
      );
    }, waitMs);
    waitMs = Math.min(waitMs * 2, LAST_WAIT_MS);
  };

  const ready = await start(options.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    clearTimeout(restart);
    await end();
  };
  return { ready, stop };
}

function record(name: string, child: ChildProcess): RecordedProcess | undefined {
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
  return child.pid === undefined || identity === undefined ? undefined : { name, pid: child.pid, identity };
}

async function untilReady<Ready>(
  service: Service<Ready>,
  child: ChildProcess,
  log: LogFile,
  signal: AbortSignal,
): Promise<Ready> {
  const over = new AbortController();
  const failed = new Promise<never>((_resolve, reject) => {
    const fail = (what: string) =>
      reject(unavailable(`${service.name} ${what}.`, `${lastLines(log)}\nThe whole log is ${log.path}.`.trim()));
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code, killedBy) => fail(`ended while starting (${killedBy ?? `exit code ${code}`})`));
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS / 1000} seconds`), READY_MS);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([service.ready(child, AbortSignal.any([signal, over.signal])), failed]);
  } finally {
    over.abort();
    failed.catch(() => undefined); // its reasons no longer matter once the race is over
  }
}
