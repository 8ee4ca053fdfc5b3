import { invalidInput, type ModelGraph, resultSchema } from '@patchbay/contracts';
import type { Circuit } from '../circuit.js';
import { type EdgeGraph, type EdgeGraphShape } from '../edge-graph.js';
import { assertShape } from './circuit-flaws.js';
import { isCsv, readCsv } from './csv.js';
import { isGraphviz, readGraphviz } from './graphviz.js';
import { assertReadable, graphOf } from './limits.js';
import { isMib, readMib } from './mib-json.js';
import { isNeuronpedia, readNeuronpedia } from './neuronpedia.js';
import { type JsonObject, parseObject } from './parse-json.js';
import { circuitOfResult } from './result-file.js';

/**
 * A circuit from the text of any file that holds one: MIB's circuit JSON, a result of a run, Neuronpedia's graph JSON,
 * Graphviz or a table (CSV). Memory is bounded by what the text may hold.
 *
 * @param shape of the model that it must fit; needed where the file does not state it
 * @throws PatchbayError `invalid-input` saying which part of the file is wrong
 */
export function readCircuit(text: string, shape?: EdgeGraphShape): Circuit {
  assertReadable(text);
  const circuit = read(text, shape);
  if (shape) assertShape(circuit.graph.shape, shape);
  return circuit;
}

function read(text: string, shape: EdgeGraphShape | undefined): Circuit {
  if (isCsv(text)) return readCsv(text, graphFor(shape, 'A table of edges'));
  if (isGraphviz(text)) return readGraphviz(text);
  const file = parseObject(text);
  if (isMib(file)) return readMib(file);
  if (isNeuronpedia(file)) return readNeuronpedia(file);
  if ('manifest' in file) return readResult(file, shape);
  throw invalidInput(
    'The file is none of the kinds of circuit that are known.',
    'Give a result of a run, a circuit JSON of the MIB benchmark, a CSV, or what `patchbay export` wrote.',
  );
}

function readResult(file: JsonObject, shape: EdgeGraphShape | undefined): Circuit {
  const { data, error } = resultSchema.safeParse(file);
  if (!data) {
    const issue = error.issues[0];
    throw invalidInput(
      `The result is not whole: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
      'Give a file that `patchbay discover --out` wrote.',
    );
  }
  const stated: ModelGraph | undefined = data.manifest.model.graph;
  if (stated && shape) assertShape(stated, shape);
  return circuitOfResult(data, graphFor(stated ?? shape, 'The result'));
}

function graphFor(shape: EdgeGraphShape | undefined, what: string): EdgeGraph {
  if (shape) return graphOf(shape);
  throw invalidInput(`${what} does not say what model it is of.`, 'Name the model with --model.');
}
