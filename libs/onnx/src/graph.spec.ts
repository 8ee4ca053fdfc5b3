import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { Graph } from './graph.js';
import { add, gemm, mul, split } from './ops/index.js';
import { serialise } from './serialise.js';

const parsed = (graph: Graph) => fromBinary(ModelProtoSchema, serialise(graph));

describe('a graph written as ONNX', () => {
  it('keeps weights outside: location, offset and length, and no bytes', () => {
    const g = new Graph('linear');
    const x = g.input('x', 'float32', ['rows', 3]);
    const w = g.weight('w', [3, 2], { location: 'model.safetensors', offset: 4096, bytes: 24 });
    g.output('y', gemm(x, w, undefined, false));
    const [initializer] = parsed(g).graph?.initializer ?? [];
    expect(initializer?.rawData.length).toBe(0);
    expect(initializer?.externalData.map(({ key, value }) => [key, value])).toEqual([
      ['location', 'model.safetensors'],
      ['offset', '4096'],
      ['length', '24'],
    ]);
  });

  it('writes a weight once however often it is read', () => {
    const g = new Graph('tied');
    const x = g.input('x', 'float32', [2]);
    const external = { location: 'w', offset: 0, bytes: 8 };
    g.output('y', add(mul(x, g.weight('w', [2], external)), g.weight('w', [2], external)));
    expect(parsed(g).graph?.initializer).toHaveLength(1);
  });

  it('names every output of the graph as it was asked to, through unique inner names', () => {
    const g = new Graph('split');
    const [a, b] = split(g.input('x', 'float32', [4]), [1, 3], 0);
    if (a) g.output('head', a);
    if (b) g.output('tail', b);
    const model = parsed(g).graph;
    expect(model?.output.map((o) => o.name)).toEqual(['head', 'tail']);
    const names = model?.node.flatMap((n) => n.output) ?? [];
    expect(new Set(names).size).toBe(names.length);
  });

  it('copies an output only where it has no name of its own to give', () => {
    const g = new Graph('copies');
    const x = g.input('x', 'float32', [1]);
    const y = add(x, x);
    for (const [name, value] of [
      ['y', y],
      ['same', y],
      ['input', x],
    ] as const) {
      g.output(name, value);
    }
    const model = parsed(g).graph;
    expect(model?.node.map((n) => [n.opType, n.input, n.output])).toEqual([
      ['Add', ['x', 'x'], ['y']],
      ['Identity', ['y'], ['same']],
      ['Identity', ['x'], ['input']],
    ]);
  });

  it('puts what a branch computes into the branch, and its constants where both branches see them', () => {
    const g = new Graph('branch');
    const x = g.input('x', 'float32', [1]);
    const [y] = g.choose(
      g.input('flag', 'bool', []),
      () => [add(x, g.scalar(1))],
      () => [x],
    );
    if (y) g.output('y', y);
    const model = parsed(g).graph;
    expect(model?.node.map((n) => n.opType)).toEqual(['If']);
    const branches = model?.node[0]?.attribute.map((a) => a.g?.node.map((n) => n.opType));
    expect(branches).toEqual([['Add', 'Identity'], ['Identity']]);
    expect(model?.initializer).toHaveLength(1);
  });
});
