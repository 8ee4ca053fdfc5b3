import type { Node, Value } from '../graph.js';
import { whole } from './narrow.js';
import type { Rule } from './rule.js';
import { sumTo } from './sum-to.js';

/** Rule of an operator y = f(x), from dy to dx. */
export const unary =
  (dx: (gradient: Value, x: Value, y: Value, node: Node) => Value): Rule =>
  (node, [gradient]) => {
    const [x, y] = [node.inputs[0] as Value, node.outputs[0] as Value];
    return [() => dx(gradient as Value, x, y, node)];
  };

type Derivative = (gradient: Value, a: Value, b: Value, y: Value) => Value;

/** Rule of an operator y = f(a, b) on pairs of elements; what broadcasting repeated is summed again. */
export const binary =
  (da: Derivative, db: Derivative): Rule =>
  (node, [incoming]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const y = node.outputs[0] as Value;
    const plain = [a, b].every((v) => v.dims.length === 0 || sameSizes(v, y));
    const gradient = plain ? (incoming as Value) : whole(incoming as Value, y);
    const towards = (operand: Value, d: Derivative) => (): Value => {
      const slope = d(gradient, a, b, y);
      return sameSizes(operand, y) ? slope : sumTo(whole(slope, y), operand);
    };
    return [towards(a, da), towards(b, db)];
  };

const sameSizes = (a: Value, b: Value): boolean =>
  a.dims.length === b.dims.length && a.dims.every((dim, i) => dim === b.dims[i]);
