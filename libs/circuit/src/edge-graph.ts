import { headName, mlpName } from './node-name.js';

/** What decides which edges a decoder has. */
export interface EdgeGraphShape {
  layers: number;
  /** query heads of a layer: under grouped keys each has a `k` and a `v` input of its own */
  heads: number;
  /** false for an attention-only model */
  mlps: boolean;
  /** attention and MLP of a layer read the same residual stream */
  parallel?: boolean;
  /** position embeddings are a source `pos` of their own beside `input` (Tracr) */
  positionSource?: boolean;
}

export const LETTERS = ['q', 'k', 'v'] as const;
export type Letter = (typeof LETTERS)[number];

/** What reads the residual stream. */
export type Destination =
  { kind: 'head'; layer: number; head: number; letter: Letter } | { kind: 'mlp'; layer: number } | { kind: 'logits' };

/** What writes to the residual stream. */
export type Source =
  { kind: 'input' } | { kind: 'pos' } | { kind: 'head'; layer: number; head: number } | { kind: 'mlp'; layer: number };

/** Edges into one layer's heads, one MLP or the logits: consecutive in the canonical order, source by source. */
interface Block {
  firstEdge: number;
  firstDestination: number;
  destinations: number;
  /** every destination of the block sees the first so many sources */
  sources: number;
}

/**
 * The factorised edge graph: an edge leads from what writes to the residual stream to what reads it later. Sources,
 * destinations and edges are known by their index in canonical order, which is that of the MIB benchmark's circuit
 * files: layer by layer, first the edges into its heads (by source, head, letter), then those into its MLP, at last
 * those into the logits. A destination sees the sources written before it reads: always a first part of all sources.
 */
export class EdgeGraph {
  readonly sources: readonly Source[];
  readonly destinations: readonly Destination[];
  /** number of edges */
  readonly size: number;
  readonly #blocks: readonly Block[];
  readonly #sourceIndex: ReadonlyMap<string, number>;
  readonly #destinationIndex: ReadonlyMap<string, number>;

  constructor(readonly shape: EdgeGraphShape) {
    const { sources, destinations, blocks } = build(shape);
    this.sources = sources;
    this.destinations = destinations;
    this.#blocks = blocks;
    const last = blocks.at(-1);
    this.size = last ? last.firstEdge + last.sources * last.destinations : 0;
    this.#sourceIndex = new Map(sources.map((source, i) => [sourceName(source), i]));
    this.#destinationIndex = new Map(destinations.map((destination, i) => [destinationName(destination), i]));
  }

  /** Index of a source by name; undefined where there is none. */
  source(name: string): number | undefined {
    return this.#sourceIndex.get(name);
  }

  /** Index of a destination by name; undefined where there is none. */
  destination(name: string): number | undefined {
    return this.#destinationIndex.get(name);
  }

  /** The destination sees sources 0 … n − 1. */
  seenBy(destination: number): number {
    return this.#blockOfDestination(destination).sources;
  }

  /** Index of an edge; undefined where the source is written too late for the destination. */
  edge(source: number, destination: number): number | undefined {
    const { firstEdge, firstDestination, destinations, sources } = this.#blockOfDestination(destination);
    if (source < 0 || source >= sources) return undefined;
    return firstEdge + source * destinations + destination - firstDestination;
  }

  /** Source and destination of an edge. */
  ends(edge: number): { source: number; destination: number } {
    const block = this.#blocks.findLast(({ firstEdge }) => firstEdge <= edge);
    if (!block || edge >= this.size) throw new RangeError(`no edge ${edge}`);
    const offset = edge - block.firstEdge;
    return {
      source: Math.floor(offset / block.destinations),
      destination: block.firstDestination + (offset % block.destinations),
    };
  }

  /** `a3.h5->a7.h2<q>` */
  edgeName(edge: number): string {
    const { source, destination } = this.ends(edge);
    return `${this.sourceName(source)}->${this.destinationName(destination)}`;
  }

  /** Index of an edge by name; undefined where there is none. */
  edgeNamed(name: string): number | undefined {
    const [from = '', to = '', ...rest] = name.split('->');
    const source = this.source(from);
    const destination = this.destination(to);
    if (source === undefined || destination === undefined || rest.length > 0) return undefined;
    return this.edge(source, destination);
  }

  sourceName(source: number): string {
    return sourceName(at(this.sources, source));
  }

  destinationName(destination: number): string {
    return destinationName(at(this.destinations, destination));
  }

  /** The node that a destination belongs to: a head's q, k and v are one node. */
  nodeOfDestination(destination: number): string {
    const reader = at(this.destinations, destination);
    return reader.kind === 'head' ? sourceName(reader) : destinationName(reader);
  }

  #blockOfDestination(destination: number): Block {
    const block = this.#blocks.findLast(({ firstDestination }) => firstDestination <= destination);
    if (!block || destination >= this.destinations.length) throw new RangeError(`no destination ${destination}`);
    return block;
  }
}

/** Name of what writes; a head's and an MLP's node name. */
export function sourceName(source: Source): string {
  if (source.kind === 'head') return headName(source.layer, source.head);
  return source.kind === 'mlp' ? mlpName(source.layer) : source.kind;
}

/** Name of what reads: `a7.h2<q>`, `m3` or `logits`. */
export function destinationName(destination: Destination): string {
  if (destination.kind === 'head') return `${headName(destination.layer, destination.head)}<${destination.letter}>`;
  return destination.kind === 'mlp' ? mlpName(destination.layer) : 'logits';
}

/** Number of edges of a graph, without building it. */
export function countEdges({ layers, heads, mlps, parallel, positionSource }: EdgeGraphShape): number {
  const inputs = positionSource ? 2 : 1;
  const before = (layer: number): number => inputs + layer * (heads + (mlps ? 1 : 0));
  // Σ over layers of a + b · layer
  const first = 3 * heads * before(0) + (mlps ? before(0) + (parallel ? 0 : heads) : 0);
  const step = (3 * heads + (mlps ? 1 : 0)) * (before(1) - before(0));
  return layers * first + (step * layers * (layers - 1)) / 2 + before(layers);
}

function build(shape: EdgeGraphShape) {
  const sources: Source[] = shape.positionSource ? [{ kind: 'input' }, { kind: 'pos' }] : [{ kind: 'input' }];
  const destinations: Destination[] = [];
  const blocks: Block[] = [];
  const read = (readers: readonly Destination[], seen: number): void => {
    const last = blocks.at(-1);
    const firstEdge = last ? last.firstEdge + last.sources * last.destinations : 0;
    blocks.push({ firstEdge, firstDestination: destinations.length, destinations: readers.length, sources: seen });
    destinations.push(...readers);
  };
  for (let layer = 0; layer < shape.layers; layer++) {
    const heads = Array.from({ length: shape.heads }, (_, head) => head);
    const before = sources.length;
    read(
      heads.flatMap((head) => LETTERS.map((letter) => ({ kind: 'head' as const, layer, head, letter }))),
      before,
    );
    sources.push(...heads.map((head) => ({ kind: 'head' as const, layer, head })));
    if (!shape.mlps) continue;
    read([{ kind: 'mlp', layer }], shape.parallel ? before : sources.length);
    sources.push({ kind: 'mlp', layer });
  }
  read([{ kind: 'logits' }], sources.length);
  return { sources, destinations, blocks };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index}`);
  return item;
}
