import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Manifest, PATCHBAY_VERSION, type RunRequest, invalidInput } from '@patchbay/contracts';
import type { Circuit } from '@patchbay/circuit';
import { type Task, openTask } from '@patchbay/tasks';
import { type ModelFiles, openModel, runtimeVersion } from '@patchbay/transformer';
import { describeCircuit, openCircuit } from './circuits/open-circuit.js';
import { edgeGraphOf } from './edges/edge-graph-of.js';
import { edgeGraphBytes } from './memory/bytes.js';
import { RunMemory, modelBytes, weightBytes } from './memory/run-memory.js';
import type { Method, MethodContext } from './method.js';
import { withMetricOf } from './metric-of-model.js';
import { methodById, parseParams } from './registry.js';

/** A run request with its names resolved to where things lie. */
export interface ExperimentSpec {
  request: RunRequest;
  /** what `openModel` takes */
  modelSource: string;
  /** text of a registered task; otherwise the request's task names a generator, a bundled set or a file */
  taskJsonl?: string;
  /** text of the circuit that is evaluated; otherwise the request's circuit names a reference or a file */
  circuitText?: string;
}

/** A method with its model's files and its task at hand, no weight loaded yet. */
export interface Experiment {
  method: Method;
  files: ModelFiles;
  task: Task;
  context: MethodContext<unknown>;
  manifest: Manifest;
}

/**
 * Reads and checks everything a run names.
 *
 * @param budgetBytes memory that this process may take
 * @throws PatchbayError saying which part is wrong and what to do
 */
export async function prepareExperiment(spec: ExperimentSpec, home: string, budgetBytes: number): Promise<Experiment> {
  const { request } = spec;
  const method = methodById(request.method);
  const parsed = parseParams(method, request.params);
  const files = await openModel(spec.modelSource, { home });
  const params = withMetricOf(files.architecture, request.params, parsed);
  const task = await openTask(request.task, {
    model: files,
    pairs: request.pairs,
    seed: request.seed,
    jsonl: spec.taskJsonl,
  });
  const longest = Math.max(...task.pairs.map((pair) => pair.clean.length));
  if (longest > files.architecture.context) {
    throw invalidInput(
      `A prompt has ${longest} tokens and ${files.name} reads ${files.architecture.context}.`,
      'Shorten the prompts or choose a model with a longer context.',
    );
  }
  const circuit = await openCircuit(method, spec, files.architecture);
  const memory = new RunMemory(budgetBytes, modelBytes(weightBytes(files)), edgeGraphBytes(files.architecture));
  const at = { architecture: files.architecture, pairs: task.pairs, seed: request.seed };
  const context = { ...at, params, memory, circuit };
  return { method, files, task, context, manifest: manifestOf({ method, files, task, params, request, circuit }) };
}

function manifestOf(x: {
  method: Method;
  files: ModelFiles;
  task: Task;
  params: Record<string, unknown>;
  request: RunRequest;
  circuit: Circuit | undefined;
}): Manifest {
  const { method, files, task, params, request, circuit } = x;
  return {
    patchbay: PATCHBAY_VERSION,
    request: { ...request, params },
    method: { id: method.id, version: method.version, params },
    model: {
      name: files.name,
      family: files.architecture.family,
      sha256: files.sha256,
      tokenizerSha256: files.tokenizerSha256,
      revision: files.revision,
      graph: edgeGraphOf(files.architecture).shape,
    },
    task: { name: request.task, sha256: task.sha256, pairs: task.pairs.length },
    ...(circuit && { circuit: describeCircuit(request.circuit ?? '', circuit) }),
    engine: { onnxruntime: runtimeVersion(), device: request.device, dtype: 'float32' },
    machine: {
      platform: process.platform,
      arch: process.arch,
      cpus: availableParallelism(),
      node: process.versions.node,
    },
    conventions: {},
  };
}

/** One name for a spec: equal specs share a prepared experiment. */
export const specKey = (spec: ExperimentSpec): string =>
  createHash('sha256').update(JSON.stringify(spec)).digest('hex');
