import { type Transformer, rowOf } from '@patchbay/transformer';
import { blockBytes } from '../memory/bytes.js';
import type { Workbench } from '../method.js';
import { labelledPrompts } from './classes.js';
import type { Params } from './params.js';
import type { DescribeUnit, Description } from './units.js';

/** Tokens that are named for each feature. */
const TOKENS = 8;

/** The examples of each finding as text, and the tokens that its feature writes. */
export async function describeUnit(
  { findings, directions }: DescribeUnit,
  { transformer, architecture, memory, pairs, params }: Workbench<Params>,
): Promise<Description[]> {
  const { tokenizer } = transformer.files;
  const labelled = labelledPrompts(pairs, params);
  // each is given a whole vocabulary of logits, as under kl
  const tokens = await topTokens(transformer, directions, memory.rowsAtOnce(1, blockBytes(architecture, 1, 'kl')));
  return findings.map((finding, i) => ({
    ...finding,
    texts: finding.examples.map((prompt) => tokenizer.decode([...(labelled[prompt]?.tokens ?? [])])),
    tokens: finding.silent ? [] : (tokens[i] ?? []),
  }));
}

/** By direction, the outputs that gain most from it through the final norm and the unembedding. @param rows at once */
async function topTokens(
  transformer: Transformer,
  directions: readonly Float32Array[],
  rows: number,
): Promise<string[][]> {
  const { files, architecture } = transformer;
  const nameOf = (id: number): string => architecture.outputs?.labels[id] ?? files.tokenizer.decode([id]);
  const unembed = async (some: readonly Float32Array[]): Promise<Float32Array[]> => {
    const data = new Float32Array(some.length * architecture.dModel);
    some.forEach((direction, i) => data.set(direction, i * architecture.dModel));
    const logits = await transformer.logits({ data, dims: [some.length, 1, architecture.dModel] }, 0);
    return some.map((_, i) => rowOf(logits, i));
  };
  // What the norm's bias alone gives is no feature's doing.
  const [without = new Float32Array(0)] = await unembed([new Float32Array(architecture.dModel)]);
  const named: string[][] = [];
  for (let at = 0; at < directions.length; at += rows) {
    for (const logits of await unembed(directions.slice(at, at + rows))) {
      named.push(largestOf(logits.map((logit, id) => logit - (without[id] ?? 0))).map(nameOf));
    }
  }
  return named;
}

/** Indices of the largest values, largest first. */
function largestOf(values: Float32Array): number[] {
  const top: number[] = [];
  for (let id = 0; id < values.length; id++) {
    const value = values[id] ?? NaN;
    if (top.length === TOKENS && value <= (values[top[TOKENS - 1] ?? 0] ?? NaN)) continue;
    const place = top.findIndex((other) => (values[other] ?? NaN) < value);
    top.splice(place < 0 ? top.length : place, 0, id);
    top.length = Math.min(top.length, TOKENS);
  }
  return top;
}
