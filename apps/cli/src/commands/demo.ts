import { ApiClient } from '../api/api-client.js';
import { print } from '../output/print.js';
import { rankedScores, summary } from '../output/ranked-nodes.js';
import { say } from '../output/say.js';
import { aborted } from '../stack/interrupted.js';
import { withStack } from '../stack/with-stack.js';
import { assertSucceeded, watchRun } from './follow-run.js';

/** Which heads of the bundled model name the indirect object: every head is replaced in turn on 64 prompt pairs. */
const request = {
  model: 'tinytasks',
  task: 'tinytasks/ioi',
  method: 'activation-patching',
  params: { direction: 'noising' },
  pairs: 64,
  name: 'Demo: the heads that do indirect object identification',
};

/** Brings everything up, submits a first run as anyone would, and shows what it found. */
export async function demo({ exit }: { exit?: boolean }): Promise<void> {
  await withStack(async (stack, signal) => {
    const api = new ApiClient(stack.url);
    const run = await api.submit(request);
    assertSucceeded(await watchRun(api, run, signal));
    const result = await api.result(run.id);
    print(`\n${rankedScores(result)}\n\n${summary(result)}\n\nThe run: ${api.pageOf(run.id)}`);
    if (exit) return;
    say('Patchbay stays up; Ctrl-C stops it');
    await aborted(signal);
  });
}
