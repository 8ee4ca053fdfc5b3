import { say } from '../output/say.js';
import { aborted } from '../stack/interrupted.js';
import { withStack } from '../stack/with-stack.js';

/** Brings everything up and stays until it is asked to end. */
export async function up(): Promise<void> {
  await withStack(async (stack, signal) => {
    say(`Patchbay is ready: ${stack.url} (Ctrl-C stops it)`);
    await aborted(signal);
  });
}
