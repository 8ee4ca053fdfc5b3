import { PatchbayError } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';
import { readSettings } from '@patchbay/contracts/settings';
import { type RunningApi, startApi } from './start-api.js';

/** Requests under way get this long to end after a signal. */
const SHUTDOWN_MS = 10_000;

/** Ends the process: in order on the first signal or when the parent is gone, at once on the second. */
function stopOnSignal(api: RunningApi): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    api.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'The API did not stop in order', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).once('disconnect', stop);
}

try {
  const api = await startApi(readSettings());
  stopOnSignal(api);
  process.stdout.write(`${JSON.stringify({ ready: true, url: api.url })}\n`);
  process.send?.('ready');
} catch (error) {
  if (error instanceof PatchbayError) process.stderr.write(`${error.message}\n${error.action}\n`);
  else log('error', 'The API could not start', { error });
  process.exit(1);
}
