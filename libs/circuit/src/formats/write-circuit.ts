import type { Circuit } from '../circuit.js';
import { writeCsv } from './csv.js';
import { writeGraphviz } from './graphviz.js';
import { writeMib } from './mib-json.js';
import { type NeuronpediaPage, writeNeuronpedia } from './neuronpedia.js';

export interface WriteOptions extends Partial<NeuronpediaPage> {
  dModel?: number;
}

const WRITERS = {
  mib: (circuit: Circuit, { dModel }: WriteOptions) => writeMib(circuit, { dModel }),
  csv: (circuit: Circuit) => writeCsv(circuit),
  graphviz: (circuit: Circuit) => writeGraphviz(circuit),
  neuronpedia: (circuit: Circuit, { slug = 'circuit', scan = '', promptTokens = [] }: WriteOptions) =>
    writeNeuronpedia(circuit, { slug, scan, promptTokens }),
};

export type CircuitFormat = keyof typeof WRITERS;
export const CIRCUIT_FORMATS = Object.keys(WRITERS) as CircuitFormat[];

/** The circuit as text of a format, ready to be written to a file. */
export const writeCircuit = (circuit: Circuit, format: CircuitFormat, options: WriteOptions = {}): string =>
  WRITERS[format](circuit, options);
