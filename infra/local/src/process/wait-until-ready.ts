import type { ChildProcess } from 'node:child_process';
import { unavailable } from '@patchbay/contracts';
import { lastLines, type LogFile } from './log-file.js';
import type { Service } from './service.js';

const READY_MS = 60_000;

/**
 * Waits until a service that was just started is ready.
 * @throws PatchbayError `unavailable`, with the last lines of its log, when it ends or takes too long; the signal's
 *   reason when that aborts
 */
export async function waitUntilReady<Ready>(
  service: Service<Ready>,
  child: ChildProcess,
  log: LogFile,
  signal: AbortSignal,
): Promise<Ready> {
  signal.throwIfAborted();
  const over = new AbortController();
  try {
    return await Promise.race([
      service.ready(child, AbortSignal.any([signal, over.signal])),
      aborted(signal, over.signal),
      failure(child, over.signal).then((what) => {
        throw unavailable(`${service.name} ${what}.`, `${lastLines(log)}\nThe whole log is ${log.path}.`.trim());
      }),
    ]);
  } finally {
    over.abort();
  }
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { signal: over },
    );
  });
}

/** Resolves with what went wrong. */
function failure(child: ChildProcess, over: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, killedBy) => {
      resolve(`ended while starting (${killedBy ?? `exit code ${code}`})`);
    });
    const timer = setTimeout(() => {
      resolve(`was not ready within ${READY_MS / 1000} seconds`);
    }, READY_MS);
    over.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}
