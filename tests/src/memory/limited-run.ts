// A run in a process of its own that may reserve no more than so much memory beyond what the loaded model takes:
// `limited-run.js HOME MODEL TASK METHOD MEGABYTES`. It prints the result, or the error, and the notes as JSON.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PatchbayError, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { Transformer, openModel } from '@patchbay/transformer';

const [home = '', model = '', task = '', method = '', megabytes = ''] = process.argv.slice(2);

// Once through everything that is loaded and opened, so that the limit meets the batches and nothing else.
const files = await openModel(model, { home });
await (await Transformer.load(files, 'cpu')).close();
const request = (pairs?: number) => runRequestSchema.parse({ model, task, method, pairs });
const run = (pairs?: number) =>
  discover({ request: request(pairs), modelSource: model }, { home, onNote: (message) => notes.push(message) });
const notes: string[] = [];
await run(1);

const size = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
if (Number(megabytes) > 0) {
  const limit = 1024 * Number(size) + Number(megabytes) * 2 ** 20;
  execFileSync('prlimit', [`--pid=${process.pid}`, `--as=${limit}`]);
}
try {
  const { nodes, edges, memory } = await run();
  console.log(JSON.stringify({ notes, nodes, edges, memory }));
} catch (thrown) {
  console.log(JSON.stringify({ notes, error: PatchbayError.of(thrown).toJSON() }));
}
