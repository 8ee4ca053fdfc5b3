import { type Metric, type Pair, metricById } from '@patchbay/tasks';
import { type Floats, type Transformer, rowOf } from '@patchbay/transformer';

/** The metric of each row of a final residual stream, and the outputs at all its positions that it was read from. */
export async function measure(
  transformer: Transformer,
  final: Floats,
  pairs: readonly Pair[],
  metricId: string,
  cleanLogits?: readonly Float32Array[],
): Promise<{ values: Float64Array; logits: Float32Array[] }> {
  const metric = metricById(metricId);
  const rows = await logitsOf(transformer, final, pairs, metric);
  const values = Float64Array.from(pairs, (pair, i) => {
    const logits = rows[i] as Float32Array;
    return metric.value(logits, pair, cleanLogits?.[i] ?? logits);
  });
  return { values, logits: rows };
}

/**
 * The metric's gradient by the logits of each row of a final residual stream [batch, read, n]: by those of `ids`, or by
 * the whole vocabulary's.
 */
export async function metricGradient(
  transformer: Transformer,
  final: Floats,
  pairs: readonly Pair[],
  metricId: string,
  cleanLogits: readonly Float32Array[],
): Promise<{ gradient: Floats; ids?: number[][] }> {
  const metric = metricById(metricId);
  const logits = await logitsOf(transformer, final, pairs, metric);
  const rows = pairs.map((pair, i) => {
    const row = logits[i] as Float32Array;
    return metric.gradient(row, pair, cleanLogits[i] ?? row);
  });
  const widest = Math.max(...rows.map((row) => row.length));
  const data = new Float32Array(rows.length * widest);
  rows.forEach((row, i) => data.set(row, i * widest));
  const [, read = 0] = final.dims;
  const gradient = { data, dims: [rows.length, read, widest / read] };
  return metric.reads === 'vocabulary' ? { gradient } : { gradient, ids: answerIds(pairs) };
}

/** Tokens that each row's metric reads, answers first, all rows made as long as the longest. */
function answerIds(pairs: readonly Pair[]): number[][] {
  const ids = pairs.map((pair) => [...pair.answers, ...pair.wrongs]);
  const widest = Math.max(...ids.map((row) => row.length));
  return ids.map((row) => [...row, ...Array<number>(widest - row.length).fill(row[0] ?? 0)]);
}

async function logitsOf(
  transformer: Transformer,
  final: Floats,
  pairs: readonly Pair[],
  metric: Metric,
): Promise<Float32Array[]> {
  if (metric.reads === 'vocabulary') {
    const logits = await transformer.logits(final, [...Array(final.dims[1] ?? 0).keys()]);
    return pairs.map((_, i) => rowOf(logits, i));
  }
  const logits = await transformer.logits(final, 0, answerIds(pairs));
  return pairs.map(({ answers, wrongs }, i) => rowOf(logits, i).subarray(0, answers.length + wrongs.length));
}
