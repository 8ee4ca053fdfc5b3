import { resolve } from 'node:path';
import {
  type Circuit,
  type CircuitFormat,
  edgesAbove,
  greedyEdges,
  pruneEdges,
  type Ranking,
  topEdges,
  writeCircuit,
} from '@patchbay/circuit';
import { invalidInput } from '@patchbay/contracts';
import { knownModel, openCircuit } from '../circuits/open-circuit-file.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

/** How a circuit is made of scores; what the file keeps where nothing is asked for. */
export interface SelectionOptions {
  top?: number;
  greedy?: number;
  threshold?: number;
  ranking: Ranking;
}

export interface ExportOptions extends SelectionOptions {
  format: CircuitFormat;
  model?: string;
  out: string;
}

/** Writes a circuit, or the one that a result's scores make, in another program's format. */
export async function exportCircuit(file: string, options: ExportOptions): Promise<void> {
  const path = resolve(options.out);
  await assertWritable(path);
  const model = await knownModel(options.model);
  const circuit = select(await openCircuit(file, model?.shape), options);
  const slug = file.replace(/^.*[/\\]|\.[^.]*$/g, '');
  const page = { slug, scan: options.model ?? '', promptTokens: [] };
  await writeWhole(path, writeCircuit(circuit, options.format, { dModel: model?.dModel, ...page }));
}

/** Reads a circuit of any known format and writes it as MIB's circuit JSON, names and scores checked. */
export async function importCircuit(file: string, { model, out }: { model?: string; out: string }): Promise<void> {
  await exportCircuit(file, { format: 'mib', model, out, ranking: 'absolute' });
}

/** The circuit that some choice of edges makes, pruned; as it is where none was asked for. */
function select(circuit: Circuit, { top, greedy, threshold, ranking }: SelectionOptions): Circuit {
  const { graph, scores } = circuit;
  if ([top, greedy, threshold].filter((one) => one !== undefined).length > 1) {
    throw invalidInput('More than one way to choose edges was given.', 'Give one of --top, --greedy and --threshold.');
  }
  const chosen = (kept: Uint8Array): Circuit => ({ graph, scores, kept: pruneEdges(graph, kept) });
  if (top !== undefined) return chosen(topEdges(scores, top, ranking));
  if (greedy !== undefined) return chosen(greedyEdges(graph, scores, greedy, ranking));
  if (threshold !== undefined) return chosen(edgesAbove(scores, threshold, ranking));
  return circuit;
}
