import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bytesText, parseBytes, type RunRequestInput } from '@patchbay/contracts';
import { type Measurement, measurePatchbay } from './measure.js';
import { writeRandomModel } from './random-model.js';
import { randomTask } from './random-pairs.js';
import { table } from './table.js';
import { hereAndNow, whereText } from './where.js';

const HELP = `npm run bench:costs -- [options]     what runs take beside their estimates; writes docs/costs.md

  --memory SIZE    budget of every run (600MB); one that takes more fails the whole
  --out PATH       the page (docs/costs.md)
`;

const { values: options } = parseArgs({
  options: {
    memory: { type: 'string', default: '600MB' },
    out: { type: 'string', default: fileURLToPath(new URL('../../../docs/costs.md', import.meta.url)) },
    help: { type: 'boolean', default: false },
  },
});

const METHODS = [
  { method: 'activation-patching' },
  { method: 'path-patching' },
  { method: 'edge-patching' },
  { method: 'eap' },
  { method: 'eap-ig' },
  { method: 'acdc', params: { tau: 0.001 } },
  { method: 'head-codes' },
] as const satisfies readonly Pick<RunRequestInput, 'method' | 'params'>[];
const BASE = { pairs: 32, tokens: 32, layers: 2 };
const SHAPES = [BASE, { ...BASE, pairs: 64 }, { ...BASE, tokens: 64 }, { ...BASE, layers: 4 }];
const MODEL = { dModel: 128, heads: 4, vocabulary: 1024, context: 64 };

interface Cost extends Measurement {
  method: string;
  shape: typeof BASE;
}

function measureAll(): Cost[] {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-costs-'));
  try {
    const costs: Cost[] = [];
    for (const request of METHODS) {
      for (const shape of SHAPES) {
        const cost = { method: request.method, shape, ...measureShape(request, shape, folder) };
        costs.push(cost);
        process.stderr.write(`${cells(cost).join('  ')}\n`);
        writeFileSync(options.out, page(costs));
      }
    }
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureShape(request: (typeof METHODS)[number], shape: typeof BASE, folder: string): Measurement {
  const { pairs, tokens, layers } = shape;
  const model = join(folder, Object.values(shape).join('-'));
  const task = join(model, 'task.jsonl');
  writeRandomModel(model, { ...MODEL, layers });
  writeFileSync(task, randomTask({ pairs, tokens, vocabulary: MODEL.vocabulary, differAt: [1] }));
  return measurePatchbay(
    { ...request, model, task },
    { home: join(folder, 'home'), memory: parseBytes(options.memory) },
  );
}

const fits = ({ peakBytes, estimate }: Measurement): boolean => peakBytes <= (estimate?.budgetBytes ?? NaN);

function cells(cost: Cost): string[] {
  const { method, shape, seconds, peakBytes, estimate } = cost;
  return [
    ...[method, ...Object.values(shape).map(String), seconds.toFixed(2), (estimate?.seconds ?? NaN).toFixed(2)],
    ...[bytesText(peakBytes), bytesText(estimate?.peakBytes ?? NaN), fits(cost) ? 'yes' : '**no**'],
  ];
}

const COLUMNS = ['method', 'pairs', 'tokens', 'layers', 's', 'estimated', 'memory', 'estimated', 'in budget'];

const page = (costs: readonly Cost[]): string => `# Costs

What runs take, beside what was estimated before they began, as pairs, tokens and layers double. Written by
\`npm run bench:costs\`, on models with random weights, ${MODEL.heads} heads in a layer and ${MODEL.dModel} wide, under a budget of ${options.memory};
every run in a process of its own. Seconds are those of computing; memory is the most that the process ever held.

${table(COLUMNS, costs.map(cells))}
${whereText(hereAndNow())}
`;

if (options.help) process.stdout.write(HELP);
else if (!measureAll().every(fits)) process.exitCode = 1;
