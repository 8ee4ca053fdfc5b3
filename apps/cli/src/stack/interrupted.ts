import { PatchbayError } from '@patchbay/contracts';

/** Aborts when the person (Ctrl-C), the terminal or the system asks this process to end. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  const abort = () =>
    controller.abort(new PatchbayError('cancelled', 'Stopped before it was done.', 'Start it again when you like.'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}
