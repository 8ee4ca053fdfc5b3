import type { Graph, Value } from '@patchbay/onnx';
import { WeightReader } from './weights.js';

/** A graph whose weights are inputs. */
export interface FedGraph {
  graph: Graph;
  /** tensor of the model that belongs to each weight input */
  weights: ReadonlyMap<string, string>;
}

/** Makes weights inputs of a graph, named by their order: two layers that differ in nothing else have one graph. */
export class FedWeights extends WeightReader {
  readonly #values = new Map<string, Value>();
  /** tensor names by input */
  readonly fed = new Map<string, string>();

  override tensor(name: string): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const input = `weight${this.fed.size}`;
    const value = this.graph.input(input, 'float32', this.location(name).shape);
    this.#values.set(name, value);
    this.fed.set(input, name);
    return value;
  }
}
