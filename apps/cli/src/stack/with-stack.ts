import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PatchbayError, unavailable } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { type Stack, startStack } from '@patchbay/local-stack';
import { say } from '../output/say.js';
import { interrupted } from './interrupted.js';

/**
 * Runs the local stack for as long as `use` takes, or until the person or the system asks this process to end. Whatever
 * had been started is stopped before this returns.
 */
export async function withStack(use: (stack: Stack, signal: AbortSignal) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const signal = interrupted(new PatchbayError('cancelled', 'The start was called off.', 'Nothing is left running.'));
  const stack = await startStack(settings, {
    entries: { api: entry('api'), worker: entry('worker') },
    signal,
    onStep: say,
  });
  try {
    await use(stack, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    say('Stopping');
    await stack.stop();
  }
}

/** The built programs of the other apps lie beside this one. */
function entry(app: 'api' | 'worker'): string {
  const path = fileURLToPath(new URL(`../../../${app}/dist/main.js`, import.meta.url));
  if (existsSync(path)) return path;
  throw unavailable(`${path} is missing.`, 'Build Patchbay with `npm run build` and start again.');
}
