import { describe, expect, it } from 'vitest';
import { Graph, type Scope, type Value } from '../graph.js';
import * as ops from '../ops/index.js';
import { gradients } from './gradients.js';

/** Scope: what is appended to the graph. That its numbers are right is held by libs/runtime/src/autodiff-*.spec.ts. */

const opsOf = (g: Graph, from = 0): string[] => g.root.nodes.slice(from).map(({ op }) => op);

function linear() {
  const g = new Graph('linear');
  const x = g.input('x', 'float32', ['rows', 3]);
  const w = g.weight('w', [4, 3], { location: 'w', offset: 0, bytes: 48 });
  const b = g.weight('b', [4], { location: 'w', offset: 48, bytes: 16 });
  const y = ops.gemm(x, w, b, true);
  return { g, x, w, b, y, seed: g.input('seed', 'float32', ['rows', 4]) };
}

describe('gradients', () => {
  it('cost one product where only the input of a linear layer is asked for, and no transposition', () => {
    const { g, x, y, seed } = linear();
    gradients([{ value: y, gradient: seed }], [x]);
    expect(opsOf(g)).toEqual(['Gemm', 'Gemm']);
    expect(g.root.nodes[1]?.attributes).toEqual({ transA: 0, transB: 0 });
  });

  it('cost one product and one sum more for the weight and the bias', () => {
    const { g, x, w, b, y, seed } = linear();
    const [dx, dw, db] = gradients([{ value: y, gradient: seed }], [x, w, b]);
    expect(opsOf(g, 1)).toEqual(['Gemm', 'Gemm', 'ReduceSum', 'Reshape']);
    expect([dx?.dims, dw?.dims, db?.dims]).toEqual([['rows', 3], [4, 3], [4]]);
  });

  it('leave alone what does not lie between', () => {
    const { g, x, w, y, seed } = linear();
    ops.exp(y); // reads y and reaches no seed
    const later = ops.softmax(ops.gemm(y, w, undefined, false));
    gradients([{ value: y, gradient: seed }], [x]);
    expect(opsOf(g, g.root.nodes.length - 1)).toEqual(['Gemm']);
    expect(later.dims).toEqual(['rows', 3]);
  });

  it('run through one asked for to those before it, and stop at the first', () => {
    const { g, x, y, seed } = linear();
    const hidden = ops.exp(y);
    const out = ops.exp(hidden);
    const before = g.root.nodes.length;
    const [, ofHidden] = gradients([{ value: out, gradient: seed }], [y, hidden]);
    expect(opsOf(g, before)).toEqual(['Mul', 'Mul']);
    expect(ofHidden?.name).toBe(g.root.nodes[before]?.outputs[0]?.name);
    expect(x.dims).toEqual(['rows', 3]);
  });

  it('are zeros in the shape of what the seeds do not depend on', () => {
    const { g, y, x, seed } = linear();
    const other = g.input('other', 'float32', ['n', 2]);
    const [dx, zeros] = gradients([{ value: y, gradient: seed }], [x, other]);
    expect(opsOf(g, g.root.nodes.length - 1)).toEqual(['ConstantOfShape']);
    expect([dx?.dims, zeros?.dims]).toEqual([
      ['rows', 3],
      ['n', 2],
    ]);
  });

  it('take the statistics of a LayerNorm from the operator, which gives them only then', () => {
    const { g, x, seed } = linear();
    const one = g.constant(Float32Array.of(1, 1, 1), [3]);
    const y = ops.layerNorm(x, one, one, 1e-5);
    const node = g.root.nodes.at(-1);
    expect(node?.outputs).toHaveLength(1);
    gradients([{ value: y, gradient: { ...seed, dims: x.dims } }], [x]);
    expect(node?.outputs).toHaveLength(3);
  });

  it('are appended to the branch that is being built, though what they read lies outside', () => {
    const { g, x, y, seed } = linear();
    g.choose(
      g.input('wanted', 'bool', []),
      () => gradients([{ value: y, gradient: seed }], [x]),
      () => [ops.zerosLike(x)],
    );
    expect(opsOf(g)).toEqual(['Gemm', 'If']);
    const branch = g.root.nodes[1]?.attributes.then_branch as Scope;
    expect(branch.nodes.map(({ op }) => op)).toEqual(['Gemm', 'Identity']);
  });
});

describe('gradients that cannot be', () => {
  const through = (f: (x: Value) => Value) => (): unknown => {
    const { x, seed } = linear();
    return gradients([{ value: f(x), gradient: seed }], [x]);
  };

  it('name the operator that has no rule', () => {
    const floor = (x: Value): Value => x.graph.node('Floor', [x], {}, [x])[0] as Value;
    expect(through(floor)).toThrow(expect.objectContaining({ name: 'NoGradientError', op: 'Floor' }));
  });

  it('name a Loop', () => {
    const loop = (x: Value): Value =>
      x.graph.loop(x.graph.integers(3), [x], (_, [v]) => ({ carried: [ops.exp(v as Value)] })).carried[0] as Value;
    expect(through(loop)).toThrow(expect.objectContaining({ op: 'Loop' }));
  });

  it('name a power whose exponent is asked for', () => {
    const power = (x: Value): Value => ops.pow(x.graph.scalar(2), x);
    expect(through(power)).toThrow('No gradient through Pow: its input 1 is not one to differentiate by.');
  });
});
