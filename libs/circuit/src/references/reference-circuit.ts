import { EdgeGraph, type EdgeGraphShape, LETTERS } from '../edge-graph.js';

/** What a removed edge carried when the circuit was found: a circuit is only right under its own ablation. */
export type ReferenceAblation = 'resample' | 'mean' | 'zero';

/** A circuit that somebody published, or that is known by construction: what others are measured against. */
export interface ReferenceCircuit {
  /** `ioi-wang`, as commands take it */
  id: string;
  title: string;
  /** the model it was found in, in words, and its edge graph */
  model: string;
  shape: EdgeGraphShape;
  /** task that it does: the id of a generator or a bundled set */
  task: string;
  ablation: ReferenceAblation;
  /** where the list stands */
  source: string;
  /** `a9.h9` or `m0`, in canonical order; neither the inputs nor the logits, which every circuit has */
  nodes: readonly string[];
  /** absent where only nodes were published */
  edges?: readonly string[];
  /** what to know before a number is held against it */
  note?: string;
}

export const GPT2_SMALL: EdgeGraphShape = { layers: 12, heads: 12, mlps: true };

/** Heads as papers write them, `9.9 10.0`, as node names. */
export const headsOf = (list: string): string[] => list.split(' ').map((head) => `a${head.replace('.', '.h')}`);

/** MLPs of some layers. */
export const mlpsOf = (...layers: readonly number[]): string[] => layers.map((layer) => `m${layer}`);

/** Collects the edges of a published circuit rule by rule and hands them back in the graph's order, each once. */
export class EdgeList {
  readonly #graph: EdgeGraph;
  readonly #edges = new Set<number>();

  constructor(shape: EdgeGraphShape) {
    this.#graph = new EdgeGraph(shape);
  }

  /**
   * Adds every edge from one of `sources` into one of `nodes` that the graph has: a source that is written too late
   * has none. @param letters inputs of a head that are meant; no matter for MLPs and the logits
   */
  connect(sources: readonly string[], nodes: readonly string[], letters = 'qkv'): this {
    for (const from of sources) {
      const source = this.#index(this.#graph.source(from), from);
      for (const to of nodes.flatMap((node) => readersOf(node, letters))) {
        const edge = this.#graph.edge(source, this.#index(this.#graph.destination(to), to));
        if (edge !== undefined) this.#edges.add(edge);
      }
    }
    return this;
  }

  names(): string[] {
    return [...this.#edges].sort((a, b) => a - b).map((edge) => this.#graph.edgeName(edge));
  }

  #index(index: number | undefined, name: string): number {
    if (index === undefined) throw new RangeError(`the graph has no ${name}`);
    return index;
  }
}

const readersOf = (node: string, letters: string): string[] =>
  node.startsWith('a')
    ? LETTERS.filter((letter) => letters.includes(letter)).map((letter) => `${node}<${letter}>`)
    : [node];

/** Nodes in the order in which they are written. */
export function inGraphOrder(shape: EdgeGraphShape, nodes: readonly string[]): string[] {
  const graph = new EdgeGraph(shape);
  return nodes.toSorted((a, b) => (graph.source(a) ?? NaN) - (graph.source(b) ?? NaN));
}
