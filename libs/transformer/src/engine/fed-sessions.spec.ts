import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Graph, gemm } from '@patchbay/onnx';
import { floats } from '@patchbay/runtime';
import { expect, it } from 'vitest';
import type { ModelFiles } from '../model-files.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { FedSessions } from './fed-sessions.js';
import { FedWeights } from './fed-weights.js';

const folder = realpathSync(temporaryFolder());
const path = join(folder, 'weights.bin');
/** Three matrices [2, 2], one behind the other: all entries 1, 2 and 3. */
writeFileSync(path, Buffer.from(Float32Array.from({ length: 12 }, (_, i) => 1 + Math.floor(i / 4)).buffer));
const tensors = new Map([0, 1, 2].map((i) => [`w${i}`, { path, offset: 16 * i, bytes: 16, shape: [2, 2] }]));
const files = { tensors } as unknown as ModelFiles;

const layerGraph = (layer: number) => () => {
  const g = new Graph('layer');
  const weights = new FedWeights(g, files);
  const x = g.input('x', 'float32', ['rows', 2]);
  // One weight read twice is fed once.
  const [w, again] = [weights.tensor(`w${layer}`), weights.tensor(`w${layer}`)];
  g.output('y', gemm(gemm(x, w, undefined, false), again, undefined, false));
  return { graph: g, weights: weights.fed };
};

it('layers that share a graph each see their own weights, asked for at the same time too', async () => {
  const sessions = new FedSessions(files, { device: 'cpu', folder });
  const x = floats(Float32Array.of(1, 1), 1, 2);
  const ask = async (layer: number) =>
    (await sessions.run(`layer ${layer}`, layerGraph(layer), { x }, ['y'])).y.data[0];
  // (1, 1) times a matrix of w is (2 w, 2 w)
  expect(await Promise.all([0, 1, 2, 0].map(ask))).toEqual([4, 16, 36, 4]);
  await sessions.close();
});

it('a weight that the model lacks is named, and the next run goes on', async () => {
  const sessions = new FedSessions(files, { device: 'cpu', folder });
  const x = floats(Float32Array.of(1, 1), 1, 2);
  await expect(sessions.run('layer 7', layerGraph(7), { x }, ['y'])).rejects.toThrow('w7');
  expect((await sessions.run('layer 1', layerGraph(1), { x }, ['y'])).y.data[0]).toBe(16);
  await sessions.close();
});
