// A run in a process of its own that may reserve no more than so much memory beyond what the loaded model takes:
// `limited-run.js HOME MODEL TASK METHOD MEGABYTES`. It prints the result, or the error, and the notes as JSON.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PatchbayError, runRequestSchema } from '@patchbay/contracts';
import { Experiments } from '@patchbay/methods';

const [home = '', model = '', task = '', method = '', megabytes = ''] = process.argv.slice(2);

const notes: string[] = [];
const hooks = {
  checkpoint: undefined,
  save: () => Promise.resolve(),
  onProgress: () => undefined,
  onHalved: (message: string) => notes.push(message),
};
const experiments = new Experiments({ home });

async function start(pairs?: number) {
  const spec = { request: runRequestSchema.parse({ model, task, method, pairs }), modelSource: model };
  return { spec, ...(await experiments.start(spec)) };
}

async function compute({ spec, state, units, manifest }: Awaited<ReturnType<typeof start>>) {
  const partials: unknown[] = [];
  for (const unit of units) partials.push(await experiments.unit(spec, unit, hooks));
  const folded = await experiments.fold(spec, state, partials);
  return experiments.result(spec, folded.state, manifest, { load: 0, compute: 0 });
}

/** From here on: threads are there, since one that is refused its stack ends the process. */
function limit(): void {
  const size = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const bytes = 1024 * Number(size) + Number(megabytes) * 2 ** 20;
  execFileSync('prlimit', [`--pid=${process.pid}`, `--as=${bytes}`]);
}

const whole = await start();
await compute(await start(1));
if (Number(megabytes) > 0) limit();
try {
  const { nodes, edges, memory } = await compute(whole);
  console.log(JSON.stringify({ notes, nodes, edges, memory }));
} catch (thrown) {
  console.log(JSON.stringify({ notes, error: PatchbayError.of(thrown).toJSON() }));
}
