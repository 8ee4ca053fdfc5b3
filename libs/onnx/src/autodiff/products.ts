/** @file Rules for matrix products. */
import type { Node, Value } from '../graph.js';
import { matmul, matrixProduct, reshape, transpose } from '../ops/index.js';
import type { Rule } from './rule.js';
import { sumTo } from './sum-to.js';

export const PRODUCTS: Readonly<Record<string, Rule>> = {
  MatMul: (node, [gradient]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const g = gradient as Value;
    return [() => sumTo(matmul(g, turned(b)), a), () => secondFactor(a, b, g)];
  },
  Gemm: (node, [gradient]) => {
    const [a, b, c] = node.inputs as readonly [Value, Value, Value | undefined];
    const g = gradient as Value;
    const [ta, tb] = [flag(node, 'transA'), flag(node, 'transB')];
    return [
      () => (ta ? matrixProduct(b, tb, g, true) : matrixProduct(g, false, b, !tb)),
      () => (tb ? matrixProduct(g, true, a, ta) : matrixProduct(a, !ta, g, false)),
      c && (() => sumTo(g, c)),
    ];
  },
};

const flag = ({ attributes }: Node, name: string): boolean => attributes[name] === 1;

/** Aᵀ G, summed over the batch. For one matrix B under many rows that is one product, with no copy per item. */
function secondFactor(a: Value, b: Value, g: Value): Value {
  if (b.dims.length > 2) return sumTo(matmul(turned(a), g), b);
  const [m, n] = b.dims;
  return typeof m === 'number' && typeof n === 'number'
    ? matrixProduct(reshape(a, -1, m), true, reshape(g, -1, n), false)
    : sumTo(matmul(turned(a), g), b);
}

/** The last two axes exchanged; the runtime makes it a flag of the product. */
function turned(a: Value): Value {
  const rank = a.dims.length;
  const leading = Array.from({ length: rank - 2 }, (_, i) => i);
  return transpose(a, ...leading, rank - 1, rank - 2);
}
