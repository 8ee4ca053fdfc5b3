import { floats } from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';
import { firstReadOf, readPositions } from './positions.js';
import type { Floats } from './transformer.js';

/** Rows and positions of a tensor [batch, seq, …]: one output row for each entry of `rows`, positions from … to − 1. */
export function takeRows(x: Floats, rows: readonly number[], from: number, to: number): Floats {
  const [, seq = 0, ...rest] = x.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const size = (to - from) * width;
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    const offset = (row * seq + from) * width;
    data.set(x.data.subarray(offset, offset + size), i * size);
  });
  return floats(data, rows.length, to - from, ...rest);
}

/** One row of a tensor [batch, …] as a view. */
export function rowOf(x: Floats, row: number): Float32Array {
  const width = x.data.length / (x.dims[0] ?? 1);
  return x.data.subarray(row * width, (row + 1) * width);
}

/** Some positions of a tensor [batch, seq, width]. */
export function takePositions(x: Floats, positions: readonly number[]): Floats {
  const [batch = 0, seq = 0, width = 0] = x.dims;
  const data = new Float32Array(batch * positions.length * width);
  for (let row = 0; row < batch; row++) {
    positions.forEach((position, i) => {
      const offset = (row * seq + position) * width;
      data.set(x.data.subarray(offset, offset + width), (row * positions.length + i) * width);
    });
  }
  return floats(data, batch, positions.length, width);
}

/** The positions that the answer is read from, of a tensor whose first position is the first of them. */
export function atRead(x: Floats, architecture: Architecture, length: number): Floats {
  const first = firstReadOf(architecture, length);
  return takePositions(
    x,
    readPositions(architecture, length).map((position) => position - first),
  );
}

/** The adjoint of `takePositions`: [batch, positions, width] put at their places of `seq`, zeros elsewhere. */
export function putPositions(x: Floats, positions: readonly number[], seq: number): Floats {
  const [batch = 0, count = 0, width = 0] = x.dims;
  const data = new Float32Array(batch * seq * width);
  for (let row = 0; row < batch; row++) {
    positions.forEach((position, i) => {
      const offset = (row * count + i) * width;
      data.set(x.data.subarray(offset, offset + width), (row * seq + position) * width);
    });
  }
  return floats(data, batch, seq, width);
}
