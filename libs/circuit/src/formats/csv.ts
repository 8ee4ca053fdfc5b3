import { invalidInput } from '@patchbay/contracts';
import type { Circuit } from '../circuit.js';
import type { EdgeGraph } from '../edge-graph.js';
import { EdgeReader } from './edge-reader.js';

const HEADER = 'source,destination,score,in_circuit';

/** All edges, a line each: `a0.h1,m0,0.25,true`; the score is empty where there is none. */
export function writeCsv({ graph, scores, kept }: Circuit): string {
  const lines = Array.from(scores, (score, edge) => {
    const { source, destination } = graph.ends(edge);
    const ends = `${graph.sourceName(source)},${graph.destinationName(destination)}`;
    return `${ends},${Number.isNaN(score) ? '' : score},${kept[edge] === 1}`;
  });
  return `${[HEADER, ...lines].join('\n')}\n`;
}

export const isCsv = (text: string): boolean => /^\uFEFF?source,destination,/.test(text);

/** @param graph the model's: a table of edges does not say how many nodes there are */
export function readCsv(text: string, graph: EdgeGraph): Circuit {
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (header.trim() !== HEADER) {
    throw invalidInput(`The table’s columns are not ${HEADER}.`, 'Name its columns so, in this order.');
  }
  const reader = new EdgeReader(graph);
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const [source = '', destination = '', score = '', inside, ...rest] = line.split(',');
    if (rest.length > 0 || (inside !== 'true' && inside !== 'false')) {
      throw invalidInput(`Line ${index + 2} of the table is not ${HEADER}.`, 'End each line with true or false.');
    }
    reader.edge(`${source}->${destination}`, score === '' ? undefined : Number(score), inside === 'true');
  }
  return reader.finish();
}
