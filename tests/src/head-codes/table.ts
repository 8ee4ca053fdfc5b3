import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchSmollm2, runtimeVersion } from '@patchbay/transformer';
import { areaTable } from './areas.js';
import { rankHeads } from './rankings.js';
import { noisedHeads, publishedHeads, shapeOf, type TrueHeads } from './true-heads.js';

/**
 * How well head codes and what they must beat find the heads that matter.
 *
 *     npm run table:head-codes                                                 all of docs/head-codes.md
 *     npm run table:head-codes -- --model hf:openai-community/gpt2 --task ioi  one model against the published lists
 *
 * Published lists of heads that fit the model and the task are truths beside the exact effects of noising; so are the
 * effects on the pairs of a file that is given with `--truth`.
 */

const path = (relative: string): string => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
const home = process.env['PATCHBAY_TEST_HOME'] ?? path('node_modules/.cache/patchbay');
const MARKS = ['<!-- table begins -->', '<!-- table ends -->'] as const;
/** Pairs on which every head of a language model is noised. */
const TRUTH_PAIRS = 64;

interface Experiment {
  title: string;
  model: string;
  task: string;
  pairs: number;
  /** task file on whose pairs heads are noised too, beside the first ones of the task */
  truth?: string;
}

const tiny = (task: string): Experiment => ({
  title: `tinytasks, ${task}`,
  model: 'tinytasks',
  task: `tinytasks/${task}`,
  pairs: 250,
});

const EXPERIMENTS: readonly Experiment[] = [
  tiny('ioi'),
  tiny('greater-than'),
  tiny('docstring'),
  {
    title: 'SmolLM2-135M, ioi',
    model: 'smollm2',
    task: 'ioi',
    pairs: 250,
    truth: path('tests/fixtures/smollm2/ioi_pairs.jsonl'),
  },
];

async function sectionOf({ title, model, task, pairs, truth }: Experiment, seeds: number): Promise<string> {
  const truths: TrueHeads[] = publishedHeads(task, await shapeOf(model, home));
  if (truth !== undefined) truths.push(await noisedHeads({ model, task: truth, home }));
  const truthPairs = model === 'tinytasks' ? pairs : Math.min(pairs, TRUTH_PAIRS);
  truths.push(await noisedHeads({ model, task, pairs: truthPairs, home }));
  const rankings = await rankHeads({ model, task, pairs, seeds, home });
  return `### ${title}\n\n${areaTable(rankings, truths)}`;
}

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    task: { type: 'string', default: 'ioi' },
    pairs: { type: 'string', default: '250' },
    seeds: { type: 'string', default: '10' },
    truth: { type: 'string' },
  },
});
const { model, task, truth } = values;
const seeds = Number(values.seeds);
const chosen: readonly Experiment[] = model
  ? [{ title: `${model}, ${task}`, model, task, pairs: Number(values.pairs), truth }]
  : EXPERIMENTS;
const from = performance.now();
if (chosen.some((experiment) => experiment.model === 'smollm2')) await fetchSmollm2({ home });
const sections: string[] = [];
for (const experiment of chosen) {
  const section = await sectionOf(experiment, seeds);
  process.stderr.write(`${section}\n\n`);
  sections.push(section);
}
const seconds = Math.round((performance.now() - from) / 1000);
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${process.platform}, Node ${process.versions.node}, ONNX Runtime ${runtimeVersion()}`;
const date = new Date().toISOString().slice(0, 10);
const report = [`Measured ${date} on ${machine}; ${seeds} seeds; ${seconds} s in all.`, ...sections].join('\n\n');
if (model) {
  process.stdout.write(`${report}\n`);
} else {
  const page = path('docs/head-codes.md');
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split(MARKS[0]);
  const after = rest.split(MARKS[1])[1] ?? '';
  writeFileSync(page, `${before}${MARKS[0]}\n\n${report}\n\n${MARKS[1]}${after}`);
  process.stderr.write('docs/head-codes.md\n');
}
