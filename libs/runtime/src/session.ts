import { availableParallelism } from 'node:os';
import { type Device, PatchbayError } from '@patchbay/contracts';
import { type Graph, serialise } from '@patchbay/onnx';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { cannotStart, messageOf, notOffered } from './device-error.js';
import { profilingOptions } from './placement.js';
import { isOutOfMemory } from './out-of-memory.js';
import { type Tensor, dtypeOf } from './tensor.js';

export interface SessionOptions {
  device: Device;
  /** folder that the graph's external weights lie in, symlinks resolved */
  folder: string;
  /** false where a session runs a few times only: packing weights for speed takes time and memory of its own */
  packWeights?: boolean;
}

/**
 * Opens a graph on a device. The named execution provider starts or this throws; there is no fall-back to another.
 *
 * @throws PatchbayError `unavailable` where the device cannot start, `out-of-memory`, or `internal` for a bad graph
 */
export async function openSession(
  graph: Graph,
  { device, folder, packWeights = true }: SessionOptions,
): Promise<Session> {
  const ort = await import('onnxruntime-node');
  const offered = ort.listSupportedBackends().map((backend) => backend.name);
  if (!offered.includes(device)) throw notOffered(device, offered);
  const profiling = profilingOptions();
  try {
    const session = await ort.InferenceSession.create(serialise(graph), {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: availableParallelism(),
      // An arena per session keeps the largest batch's memory once per layer; plain malloc is also faster here.
      enableCpuMemArena: false,
      logSeverityLevel: 3,
      ...profiling,
      extra: {
        session: {
          model_external_initializers_file_folder_path: folder,
          disable_prepacking: packWeights ? '0' : '1',
          // With a session per layer, spinning threads of the last layer would starve those of the next.
          intra_op: { allow_spinning: '0' },
        },
      },
    });
    return new Session(session, ort.Tensor, profiling.enableProfiling);
  } catch (error) {
    const failure = asPatchbayError(error, `The graph ${graph.name} could not be opened`);
    throw device === 'cpu' || failure.kind === 'out-of-memory' ? failure : cannotStart(device, error);
  }
}

/** A graph ready to run. `run` blocks the JavaScript thread: anything that must stay responsive runs elsewhere. */
export class Session {
  readonly #session: InferenceSession;
  readonly #Tensor: typeof OrtTensor;

  constructor(
    session: InferenceSession,
    tensor: typeof OrtTensor,
    /** whether its profile is to be written when it is released */
    private readonly isProfiled = false,
  ) {
    this.#session = session;
    this.#Tensor = tensor;
  }

  /** Computes the named outputs, all of them float32. @throws PatchbayError `out-of-memory` or `internal` */
  async run<Name extends string>(
    feeds: Record<string, Tensor>,
    names: readonly Name[],
  ): Promise<Record<Name, Tensor<Float32Array>>> {
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, dims }]) => [name, new this.#Tensor(dtypeOf(data), data, dims)]),
    );
    try {
      const outputs = await this.#session.run(inputs, names);
      const entries = names.map((name) => [name, outputs[name]] as const);
      return Object.fromEntries(entries) as unknown as Record<Name, Tensor<Float32Array>>;
    } catch (error) {
      throw asPatchbayError(error, 'A step of the model failed');
    }
  }

  async release(): Promise<void> {
    if (this.isProfiled) this.#session.endProfiling();
    await this.#session.release();
  }
}

function asPatchbayError(error: unknown, what: string): PatchbayError {
  const message = messageOf(error);
  if (isOutOfMemory(error)) {
    return new PatchbayError('out-of-memory', `${what}: ${message}`, 'Use fewer pairs, or a device with more memory.', {
      cause: error,
    });
  }
  return new PatchbayError('internal', `${what}: ${message}`, 'This is a defect in Patchbay: please report it.', {
    cause: error,
  });
}
