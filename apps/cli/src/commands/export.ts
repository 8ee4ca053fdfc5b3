import { resolve } from 'node:path';
import { type CircuitFormat, selectCircuit, writeCircuit } from '@patchbay/circuit';
import { type CircuitSelection, invalidInput, isRunId } from '@patchbay/contracts';
import type { ScoreFormat } from '@patchbay/methods';
import type { ApiClient } from '../api/api-client.js';
import { circuitOf, type Compared, knownModel, openCompared, resultAsCompared } from '../circuits/open-circuit-file.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

/** Formats of score tables, by what the command calls them: `csv` alone is a table of a circuit's edges. */
export const SCORE_TABLES: Readonly<Record<string, ScoreFormat>> = {
  safetensors: 'safetensors',
  npz: 'npz',
  'scores-csv': 'csv',
};

export interface ExportOptions extends CircuitSelection {
  format: string;
  model?: string;
  out: string;
}

/**
 * Writes a circuit, or the one that a result's scores make, in another program's format, or a result's scores as arrays.
 *
 * @param source a file, a reference circuit, or the id of a run, which the API is asked for
 */
export async function exportCircuit(
  source: string,
  { format, model: name, out, ...selection }: ExportOptions,
  api: () => ApiClient,
): Promise<void> {
  const path = resolve(out);
  await assertWritable(path);
  const model = await knownModel(name);
  const opened = isRunId(source)
    ? resultAsCompared(source, await api().result(source), model?.shape)
    : await openCompared(source, model?.shape);
  const scores = SCORE_TABLES[format];
  if (scores !== undefined) {
    await writeWhole(path, await scoresOf(opened, scores, selection));
    return;
  }
  const page = { slug: source.replace(/^.*[/\\]|\.[^.]*$/g, ''), scan: name ?? '', promptTokens: [] };
  const options = { dModel: model?.dModel, ...page };
  // the choices of the option are the formats of both kinds
  await writeWhole(path, writeCircuit(selectCircuit(circuitOf(opened), selection), format as CircuitFormat, options));
}

async function scoresOf(
  { name, result }: Compared,
  format: ScoreFormat,
  selection: CircuitSelection,
): Promise<Uint8Array> {
  if (!result) throw invalidInput(`${name} is no result of a run.`, 'Give a file that discover wrote, or a run.');
  const { top, greedy, threshold } = selection;
  if ([top, greedy, threshold].some((one) => one !== undefined)) {
    throw invalidInput('Scores are written whole.', 'Leave --top, --greedy and --threshold out.');
  }
  const { writeScores } = await import('@patchbay/methods');
  return writeScores(result, format).bytes;
}
