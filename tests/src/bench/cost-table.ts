// What a run costs as pairs, tokens and layers double: `cost-table.js [OUT.json] [BUDGET_MB]`. Each run is a process of
// its own on a random model, under a memory budget; time and peak memory stand beside their estimates. It ends with 1
// where a run took more memory than its budget.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bytesText, type Result } from '@patchbay/contracts';
import { randomTask, writeRandomModel } from '../memory/random-model.js';

const [out, budgetMegabytes = '600'] = process.argv.slice(2);
const METHODS = ['activation-patching', 'path-patching', 'edge-patching', 'eap', 'acdc'];
const PARAMS: Record<string, string[]> = { acdc: ['--set', 'tau=0.001'] };
const BASE = { pairs: 32, tokens: 32, layers: 2 };
const SHAPES = [BASE, { ...BASE, pairs: 64 }, { ...BASE, tokens: 64 }, { ...BASE, layers: 4 }];
const MODEL = { dModel: 128, heads: 4, vocabulary: 1024, context: 64 };

interface Row {
  method: string;
  pairs: number;
  tokens: number;
  layers: number;
  seconds: number;
  estimatedSeconds: number;
  peakBytes: number;
  estimatedBytes: number;
  budgetBytes: number;
}

const folder = mkdtempSync(join(tmpdir(), 'patchbay-cost-'));
const cli = fileURLToPath(new URL('../../../apps/cli/bin/patchbay.js', import.meta.url));

async function measure(method: string, shape: typeof BASE): Promise<Row> {
  const name = Object.values(shape).join('-');
  const at = (end: string): string => join(folder, `${name}-${end}`);
  const [model, task, result] = [at('model'), at('task.jsonl'), at('result.json')];
  writeRandomModel(model, { ...MODEL, layers: shape.layers });
  writeFileSync(task, randomTask(shape.pairs, shape.tokens, MODEL.vocabulary));
  const request = ['--model', model, '--task', task, '--method', method, ...(PARAMS[method] ?? [])];
  const options = ['--memory', `${budgetMegabytes}MB`, '--out', result];
  const env = { ...process.env, PATCHBAY_HOME: join(folder, 'home') };
  await promisify(execFile)(process.execPath, [cli, 'discover', ...request, ...options], { env });
  const found = JSON.parse(readFileSync(result, 'utf8')) as Result;
  const { estimate } = found.manifest;
  return {
    ...{ method, ...shape, seconds: found.seconds.compute, estimatedSeconds: estimate?.seconds ?? NaN },
    ...{ peakBytes: found.memory.peakBytes, estimatedBytes: estimate?.peakBytes ?? NaN },
    budgetBytes: estimate?.budgetBytes ?? NaN,
  };
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const toLine = (row: Row): string =>
  line([
    ...[row.method, row.pairs, row.tokens, row.layers],
    ...[row.seconds.toFixed(2), row.estimatedSeconds.toFixed(2)],
    ...[bytesText(row.peakBytes), bytesText(row.estimatedBytes)],
    row.peakBytes <= row.budgetBytes ? 'yes' : 'NO',
  ]);

try {
  const columns = ['method', 'pairs', 'tokens', 'layers', 's', 'estimated', 'peak', 'estimated', 'in budget'];
  console.log(`${line(columns)}\n${line(columns.map(() => '---'))}`);
  const rows: Row[] = [];
  for (const method of METHODS) {
    for (const shape of SHAPES) {
      const row = await measure(method, shape);
      rows.push(row);
      console.log(toLine(row));
    }
  }
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(rows, null, 2)}\n`);
  if (rows.some(({ peakBytes, budgetBytes }) => !(peakBytes <= budgetBytes))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
