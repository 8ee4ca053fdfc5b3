import { dirname } from 'node:path';
import type { Device } from '@patchbay/contracts';
import type { Graph } from '@patchbay/onnx';
import {
  type Session,
  type SessionOptions,
  type Tensor,
  flag,
  flags,
  floats,
  integers,
  openSession,
} from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';
import { blockGraph } from './block-graph.js';
import { assertEdgesReplaced, assertReplaced, REPLACEABLE } from './check-interventions.js';
import { attentionEdgeGradientGraph, logitsEdgeGradientGraph, mlpEdgeGradientGraph } from './edge-gradient-graphs.js';
import { edgeAttentionGraph, headWritesGraph, positionsGraph } from './edge-graphs.js';
import { FedSessions } from './fed-sessions.js';
import { embedGraph, unembedGraph } from './ends-graphs.js';
import { meanWritesGraph } from './head-outputs.js';
import { attentionBias, rotaryAngles } from './positions.js';

export type Floats = Tensor<Float32Array>;

/** What takes the place of a computed activation: `given` where `mask` is 1. Both broadcast over leading axes. */
export interface Replacement {
  given: Floats;
  mask: Tensor<Uint8Array>;
}

export interface BlockInput {
  /** residual stream of positions start … of each row [batch, seq, d_model] */
  resid: Floats;
  /** absolute position of the first one; earlier positions are in `past` */
  start: number;
  /** keys and values of positions 0 … start − 1 of some prompts [prompts, start, kv_heads, d_head] */
  past?: { keys: Floats; values: Floats; rows: readonly number[] };
  /** queries, z and the residual stream are computed from this position of `resid` on (default 0) */
  keepFrom?: number;
  /** `whole`: given for every head and position, so that attention need not be computed */
  z?: Replacement & { whole?: boolean };
  /** `whole`: given for every position, so that neither attention nor W_O need be computed */
  attnOut?: Replacement & { whole?: boolean };
  mlpOut?: Replacement;
}

/** What each head's q, k and v read instead of the residual stream as it is. */
export interface EdgeInput {
  /** change of each source's output where its edge is removed [sources, batch, seq, d_model] */
  changes: Floats;
  /** 1 where the edge is removed [batch, sources, heads · 3], a head's q, k, v together */
  mask: Floats;
}

/** What goes into one step of the way back, beside the activations that it is taken at. */
export interface EdgeGradientInput {
  /** by what the step gives in the forward pass: [batch, queries, d_model], or by the logits [batch, read, n] */
  gradient: Floats;
  /** u′ − u of the sources to score [sources, batch, seq, d_model] */
  changes: Floats;
}

/** [batch, queries, …] each; keys and values are of all positions of `resid` and are empty where z was given whole */
export type BlockOutput = 'residPost' | 'z' | 'share' | 'keys' | 'values' | 'attnOut' | 'mlpOut';

const NOTHING = (rank: number): Replacement => {
  const dims = Array<number>(rank).fill(1);
  return { given: floats(new Float32Array(1), ...dims), mask: flags(new Uint8Array(1), ...dims) };
};
/** An activation given for every head and position: what would compute it need not be. */
export const wholly = (given: Floats): Replacement & { whole: true } => ({
  given,
  mask: flags(Uint8Array.of(1), ...given.dims.map(() => 1)),
  whole: true,
});
const NO_Z = NOTHING(4);
const NO_OUTPUT = NOTHING(3);
const given = (site: string, { given, mask }: Replacement, replaced: boolean): Record<string, Tensor> => ({
  [`${site}Given`]: given,
  [`${site}Mask`]: mask,
  [`${site}Replaced`]: flag(replaced),
});

/**
 * A model ready to run: one session for the embedding, one for each block, one for the unembedding, so that a
 * forward pass may start at any layer from a residual stream that is already known.
 */
export class Transformer {
  readonly #embed: Session;
  readonly #blocks: readonly Session[];
  readonly #unembed: Session;
  /** graphs that only some methods need, opened when first asked for */
  readonly #others = new Map<string, Promise<Session>>();
  readonly #fed: FedSessions;
  /** kinds of intervention that were seen to be made, each layer's apart */
  readonly #checked = new Set<string>();

  private constructor(
    readonly files: ModelFiles,
    readonly options: SessionOptions,
    [embed, unembed, ...blocks]: readonly [Session, Session, ...Session[]],
  ) {
    this.#embed = embed;
    this.#unembed = unembed;
    this.#blocks = blocks;
    this.#fed = new FedSessions(files, options);
  }

  /** @throws PatchbayError as `openSession` does */
  static async load(files: ModelFiles, device: Device): Promise<Transformer> {
    const [first] = files.tensors.values();
    const options: SessionOptions = { device, folder: first ? dirname(first.path) : '.' };
    const ends = [await openSession(embedGraph(files), options), await openSession(unembedGraph(files), options)];
    const blocks: Session[] = [];
    for (let layer = 0; layer < files.architecture.layers; layer++) {
      blocks.push(await openSession(blockGraph(files, layer), options));
    }
    return new Transformer(files, options, [...ends, ...blocks] as [Session, Session, ...Session[]]);
  }

  get architecture(): Architecture {
    return this.files.architecture;
  }

  /** Token ids of equally long prompts → residual stream before block 0 [batch, seq, d_model]. */
  async embed(prompts: readonly (readonly number[])[]): Promise<Floats> {
    const length = prompts[0]?.length ?? 0;
    const feeds = {
      tokens: integers(prompts.flat(), prompts.length, length),
      positions: integers([...Array(length).keys()], length),
    };
    return (await this.#embed.run(feeds, ['resid'])).resid;
  }

  async block<Name extends BlockOutput>(
    layer: number,
    input: BlockInput,
    names: readonly Name[],
  ): Promise<Record<Name, Floats>> {
    const session = this.#blocks[layer];
    if (!session) throw new RangeError(`no block ${layer}`);
    const given = REPLACEABLE.filter((site) => input[site] && !this.#checked.has(`${site} ${layer}`));
    const outputs = await session.run(this.#feeds(layer, input), [
      ...new Set<Name | BlockOutput>([...names, ...given]),
    ]);
    for (const site of given) {
      if (input[site]) assertReplaced(layer, site, input[site], outputs[site]);
      this.#checked.add(`${site} ${layer}`);
    }
    return outputs;
  }

  /**
   * Logits at one or several positions of the residual stream after the last block: of `ids` [batch, n] where one row
   * of ids is given for each row of `resid`, else all outputs. [batch, positions · n], position by position.
   */
  async logits(
    resid: Floats,
    position: number | readonly number[],
    ids?: readonly (readonly number[])[],
  ): Promise<Floats> {
    const positions = typeof position === 'number' ? [position] : position;
    const rows = ids ?? [[0]];
    const feeds = {
      resid,
      positions: integers(positions, positions.length),
      ids: integers(rows.flat(), rows.length, rows[0]?.length ?? 0),
      all: flag(ids === undefined),
    };
    return (await this.#unembed.run(feeds, ['logits'])).logits;
  }

  /** z of every head [batch, queries, heads, d_head] when each of its q, k and v reads with edges of its own removed. */
  async edgeAttention(layer: number, input: BlockInput & EdgeInput): Promise<Floats> {
    const session = await this.#other(`edge attention ${layer}`, () => edgeAttentionGraph(this.files, layer));
    const run = async (x: BlockInput & EdgeInput): Promise<Floats> => {
      const feeds = { ...this.#attentionFeeds(layer, x, 1), changes: x.changes, mask: x.mask };
      return (await session.run(feeds, ['z'])).z;
    };
    if (!this.#checked.has(`edges ${layer}`)) await assertEdgesReplaced(this, layer, input, run);
    this.#checked.add(`edges ${layer}`);
    return run(input);
  }

  /** What each head writes to the residual stream, W_O's bias left out: share [rows, heads, d_head] → [heads, rows, d_model]. */
  async headWrites(layer: number, share: Floats): Promise<Floats> {
    const session = await this.#other(`head writes ${layer}`, () => headWritesGraph(this.files, layer));
    return (await session.run({ share }, ['writes'])).writes;
  }

  /** What each head writes in the mean over positions: share [batch, seq, heads, d_head] → [batch, heads, d_model]. */
  async meanHeadWrites(layer: number, share: Floats): Promise<Floats> {
    const session = await this.#other(`mean head writes ${layer}`, () => meanWritesGraph(this.files, layer), false);
    return (await session.run({ share }, ['writes'])).writes;
  }

  /** Learned position embeddings of the first positions [1, length, d_model]. */
  async positionEmbeddings(length: number): Promise<Floats> {
    const session = await this.#other('positions', () => positionsGraph(this.files));
    return (await session.run({ positions: integers([...Array(length).keys()], 1, length) }, ['embedded'])).embedded;
  }

  /**
   * Scores of edges into a layer's heads [batch, heads, 3, sources], and the gradient by the residual stream before the
   * block [batch, seq, d_model]; `gradient` is by the one after the block, `mlpReadGradient` by what the MLP's norm reads.
   */
  async attentionEdgeGradients(
    layer: number,
    input: BlockInput & EdgeGradientInput & { mlpReadGradient: Floats | undefined },
  ) {
    const name = `attention edge gradients ${layer}`;
    const build = () => attentionEdgeGradientGraph(this.files, layer);
    const { gradient, changes, mlpReadGradient } = input;
    const feeds = { ...this.#attentionFeeds(layer, input, 1), gradient, changes };
    const given = mlpReadGradient ? { ...feeds, mlpReadGradient } : feeds;
    return this.#fed.run(name, build, given, ['scores', 'residGradient']);
  }

  /**
   * Scores of edges into a layer's MLP [batch, sources], and the gradient by what its norm reads [batch, queries,
   * d_model]; `gradient` is by the residual stream after the block.
   */
  async mlpEdgeGradients(layer: number, input: BlockInput & EdgeGradientInput & { attended: Floats }) {
    const name = `MLP edge gradients ${layer}`;
    const build = () => mlpEdgeGradientGraph(this.files, layer);
    const { resid, keepFrom = 0, gradient, changes, attended: attnOut } = input;
    const feeds = { resid, keepFrom: integers([keepFrom], 1), gradient, changes };
    const parallel = this.architecture.mlpReads === 'resid-pre';
    return this.#fed.run(name, build, parallel ? feeds : { ...feeds, attnOut }, ['scores', 'mlpReadGradient']);
  }

  /**
   * Scores of edges into the logits [batch, sources], and the gradient by `final` [batch, read, d_model], which the
   * final norm reads at `positions` of the changes; `gradient` is by the logits of `ids`, or of the whole vocabulary.
   */
  async logitsEdgeGradients(
    input: EdgeGradientInput & { final: Floats; positions: readonly number[]; ids?: readonly (readonly number[])[] },
  ) {
    const session = await this.#other('logits edge gradients', () => logitsEdgeGradientGraph(this.files), false);
    const { final, positions, gradient, changes } = input;
    const rows = input.ids ?? [[0]];
    const ids = integers(rows.flat(), rows.length, rows[0]?.length ?? 0);
    const read = { final, positions: integers(positions, positions.length) };
    return session.run({ ...read, ids, all: flag(input.ids === undefined), gradient, changes }, [
      'scores',
      'residGradient',
    ]);
  }

  async close(): Promise<void> {
    const others = await Promise.all(this.#others.values());
    for (const session of [this.#embed, this.#unembed, ...this.#blocks, ...others]) await session.release();
    await this.#fed.close();
  }

  #other(name: string, graph: () => Graph, packWeights = true): Promise<Session> {
    const session = this.#others.get(name) ?? openSession(graph(), { ...this.options, packWeights });
    this.#others.set(name, session);
    // One that could not be opened, for want of memory say, is tried again.
    session.catch(() => this.#others.delete(name));
    return session;
  }

  #feeds(layer: number, input: BlockInput) {
    const { z, attnOut, mlpOut } = input;
    const { heads, keyValueHeads } = this.architecture;
    return {
      ...this.#attentionFeeds(layer, input, heads / keyValueHeads),
      ...given('z', z ?? NO_Z, z !== undefined),
      ...given('attnOut', attnOut ?? NO_OUTPUT, attnOut !== undefined),
      ...given('mlpOut', mlpOut ?? NO_OUTPUT, mlpOut !== undefined),
      attend: flag(z?.whole !== true && attnOut?.whole !== true),
      project: flag(attnOut?.whole !== true),
    };
  }

  /** @param group query heads that share a key in this graph */
  #attentionFeeds(layer: number, { resid, start, past, keepFrom = 0 }: BlockInput, group: number) {
    const { keyValueHeads, dHead } = this.architecture;
    const [batch = 0, seq = 0] = resid.dims;
    const empty = floats(new Float32Array(0), 1, 0, keyValueHeads, dHead);
    return {
      resid,
      keepFrom: integers([keepFrom], 1),
      pastKeys: past?.keys ?? empty,
      pastValues: past?.values ?? empty,
      prefix: integers(past?.rows ?? Array<number>(batch).fill(0), batch),
      ...rotaryAngles(this.architecture, layer, start, seq),
      bias: attentionBias(this.architecture, layer, { group, start, seq, keepFrom }),
    };
  }
}
