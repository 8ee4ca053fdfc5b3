import type { Circuit } from '../circuit.js';
import { type EdgeGraph } from '../edge-graph.js';
import { circuitFlaws, flawOfEdge, quote } from './circuit-flaws.js';

/** Takes a file's edges one by one; what is wrong is gathered, so that one error names the first few. */
export class EdgeReader {
  readonly #scores: Float64Array;
  readonly #kept: Uint8Array;
  readonly #seen: Uint8Array;
  readonly #flaws: string[] = [];
  #count = 0;

  constructor(readonly graph: EdgeGraph) {
    this.#scores = new Float64Array(graph.size).fill(NaN);
    this.#kept = new Uint8Array(graph.size);
    this.#seen = new Uint8Array(graph.size);
  }

  /** @param score undefined where the edge was not scored */
  edge(name: string, score: unknown, kept: boolean): void {
    const edge = this.graph.edgeNamed(name);
    const known = typeof score === 'number' && Number.isFinite(score);
    if (edge === undefined) this.flaw(flawOfEdge(this.graph, name));
    else if (this.#seen[edge] === 1) this.flaw(`${quote(name)} comes twice`);
    else if (score !== undefined && !known) this.flaw(`the score of ${quote(name)} is no finite number`);
    else this.#put(edge, known ? score : NaN, kept);
  }

  #put(edge: number, score: number, kept: boolean): void {
    this.#seen[edge] = 1;
    this.#scores[edge] = score;
    this.#kept[edge] = kept ? 1 : 0;
  }

  /** Notes a node's name where the graph lacks it. */
  node(name: string): void {
    if (name !== 'logits' && this.graph.source(name) === undefined) this.flaw(`there is no node ${quote(name)}`);
  }

  flaw(text: string): void {
    this.#count++;
    if (this.#flaws.length < 8) this.#flaws.push(text);
  }

  /** @throws PatchbayError `invalid-input` where anything was wrong */
  finish(): Circuit {
    if (this.#count > 0) throw circuitFlaws(this.#flaws, this.#count, this.graph);
    return { graph: this.graph, scores: this.#scores, kept: this.#kept };
  }
}
