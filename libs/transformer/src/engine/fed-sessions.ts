import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { serialise } from '@patchbay/onnx';
import { type Session, type SessionOptions, type Tensor, openSession } from '@patchbay/runtime';
import type { TensorLocation } from '../architecture.js';
import { truncated } from '../formats/random-access.js';
import type { ModelFiles } from '../model-files.js';
import type { FedGraph } from './fed-weights.js';
import type { Floats } from './transformer.js';

interface Opened {
  session: Session;
  /** memory of each weight input, used again for every layer */
  weights: Map<string, Float32Array>;
}

/**
 * Sessions whose weights are read from the model's file before each run. Layers whose graphs are alike share one, and one
 * layer's weights are in memory at a time: for graphs so seldom run that a session a layer would only fill memory.
 */
export class FedSessions {
  readonly #graphs = new Map<string, { key: string; graph: FedGraph }>();
  readonly #opened = new Map<string, Opened>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly files: ModelFiles,
    readonly options: SessionOptions,
  ) {}

  /** @param name of the graph, its layer included */
  run<Name extends string>(
    name: string,
    build: () => FedGraph,
    feeds: Record<string, Tensor>,
    outputs: readonly Name[],
  ): Promise<Record<Name, Floats>> {
    // One after the other: the next layer's weights take the place of this one's.
    const run = this.#last.then(() => this.#run(name, build, feeds, outputs));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    for (const { session } of this.#opened.values()) await session.release();
  }

  async #run<Name extends string>(
    name: string,
    build: () => FedGraph,
    feeds: Record<string, Tensor>,
    outputs: readonly Name[],
  ): Promise<Record<Name, Floats>> {
    const { key, graph } = this.#graphOf(name, build);
    const opened = this.#opened.get(key) ?? (await this.#open(graph));
    this.#opened.set(key, opened);
    const weights = [...graph.weights].map(([input, tensor]) => [input, this.#read(opened, input, tensor)] as const);
    return opened.session.run({ ...feeds, ...Object.fromEntries(weights) }, outputs);
  }

  #graphOf(name: string, build: () => FedGraph): { key: string; graph: FedGraph } {
    const known = this.#graphs.get(name);
    if (known) return known;
    const graph = build();
    const made = { key: createHash('sha256').update(serialise(graph.graph)).digest('hex'), graph };
    this.#graphs.set(name, made);
    return made;
  }

  async #open({ graph }: FedGraph): Promise<Opened> {
    return { session: await openSession(graph, { ...this.options, packWeights: false }), weights: new Map() };
  }

  #read({ weights }: Opened, input: string, tensor: string): Floats {
    const location = this.files.tensors.get(tensor);
    if (!location) throw new Error(`the graph reads a tensor that the model lacks: ${tensor}`);
    const data = weights.get(input) ?? new Float32Array(location.bytes / Float32Array.BYTES_PER_ELEMENT);
    weights.set(input, data);
    readInto(data, location);
    return { data, dims: location.shape };
  }
}

function readInto(data: Float32Array, { path, offset }: TensorLocation): void {
  const bytes = new Uint8Array(data.buffer);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const read = readSync(file, bytes, done, bytes.length - done, offset + done);
      if (read === 0) throw truncated(path);
      done += read;
    }
  } finally {
    closeSync(file);
  }
}
