import {
  type AddCircuitInput,
  type AddModel,
  type AddTask,
  type CircuitPage,
  circuitPageSchema,
  type CircuitView,
  circuitViewSchema,
  ERROR_KINDS,
  type ErrorKind,
  invalidInput,
  type ModelView,
  modelViewSchema,
  PatchbayError,
  problemSchema,
  type Result,
  resultSchema,
  type RunEvent,
  type RunPage,
  runPageSchema,
  type RunRequestInput,
  type PointPage,
  pointPageSchema,
  type RunView,
  runViewSchema,
  type SweepPage,
  sweepPageSchema,
  type SweepPoints,
  type SweepPreview,
  sweepPreviewSchema,
  type SweepRequest,
  type SweepView,
  sweepViewSchema,
  type TaskView,
  taskViewSchema,
  unavailable,
} from '@patchbay/contracts';
import { z } from 'zod';
import { followEvents } from './follow-events.js';

/** Patchbay's API over HTTP. Every answer is checked against the contract; every failure is a PatchbayError. */
export class ApiClient {
  /** @throws PatchbayError `invalid-input` when the address is none */
  constructor(private readonly url: string) {
    if (/^https?:/.test(url) && URL.canParse(url)) return;
    throw invalidInput(`${JSON.stringify(url)} is no address of an API.`, 'Write it as http://127.0.0.1:4455.');
  }

  submit = (request: RunRequestInput): Promise<RunView> => this.#post('runs', request, runViewSchema);
  run = (id: string): Promise<RunView> => this.#get(`runs/${encodeURIComponent(id)}`, runViewSchema);
  runs = (query: Record<string, string>): Promise<RunPage> =>
    this.#get(`runs?${new URLSearchParams(query).toString()}`, runPageSchema);
  result = (id: string): Promise<Result> => this.#get(`runs/${encodeURIComponent(id)}/result`, resultSchema);
  /** A file that the run left behind. */
  file = async (id: string, name: string): Promise<Uint8Array> => {
    const response = await this.#send(`runs/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`, {});
    return new Uint8Array(await response.arrayBuffer());
  };
  cancel = (id: string): Promise<RunView> => this.#post(`runs/${encodeURIComponent(id)}/cancel`, {}, runViewSchema);
  previewSweep = (sweep: SweepRequest): Promise<SweepPreview> =>
    this.#post('sweeps/preview', sweep, sweepPreviewSchema);
  submitSweep = (sweep: SweepRequest): Promise<SweepView> => this.#post('sweeps', sweep, sweepViewSchema);
  sweep = (id: string): Promise<SweepView> => this.#get(`sweeps/${encodeURIComponent(id)}`, sweepViewSchema);
  sweeps = (): Promise<SweepPage> => this.#get('sweeps', sweepPageSchema);
  points = (id: string, query: Record<string, string>): Promise<PointPage> =>
    this.#get(`sweeps/${encodeURIComponent(id)}/points?${new URLSearchParams(query).toString()}`, pointPageSchema);
  appendPoints = (id: string, points: SweepPoints): Promise<SweepView> =>
    this.#post(`sweeps/${encodeURIComponent(id)}/points`, points, sweepViewSchema);
  changeSweep = (id: string, how: 'pause' | 'resume' | 'retry' | 'cancel'): Promise<SweepView> =>
    this.#post(`sweeps/${encodeURIComponent(id)}/${how}`, {}, sweepViewSchema);
  models = (): Promise<ModelView[]> => this.#get('models', z.array(modelViewSchema));
  addModel = (model: AddModel): Promise<ModelView> => this.#post('models', model, modelViewSchema);
  tasks = (): Promise<TaskView[]> => this.#get('tasks', z.array(taskViewSchema));
  addTask = (task: AddTask): Promise<TaskView> => this.#post('tasks', task, taskViewSchema);
  circuits = (query: Record<string, string>): Promise<CircuitPage> =>
    this.#get(`circuits?${new URLSearchParams(query).toString()}`, circuitPageSchema);
  circuit = (name: string): Promise<CircuitView> =>
    this.#get(`circuits/${encodeURIComponent(name)}`, circuitViewSchema);
  /** Text of a circuit file. */
  circuitFile = async (name: string, query: Record<string, string>): Promise<string> => {
    const path = `circuits/${encodeURIComponent(name)}/file?${new URLSearchParams(query).toString()}`;
    return (await this.#send(path, {})).text();
  };
  addCircuit = (circuit: AddCircuitInput): Promise<CircuitView> => this.#post('circuits', circuit, circuitViewSchema);
  deleteCircuit = async (name: string): Promise<void> => {
    await this.#send(`circuits/${encodeURIComponent(name)}`, { method: 'DELETE' });
  };

  /** A run's history from its beginning, then what happens, until it has ended. */
  events(id: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    return followEvents((headers) => this.#send(`runs/${encodeURIComponent(id)}/events`, { headers, signal }));
  }

  /** Where people look at a run. */
  pageOf = (id: string): string => new URL(`/runs/${id}`, this.url).href;

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#read(await this.#send(path, {}), schema);
  }

  async #post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#read(await this.#send(path, { method: 'POST', headers, body: JSON.stringify(body) }), schema);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(new URL(`/v1/${path}`, this.url), init).catch((error: unknown) => {
      init.signal?.throwIfAborted();
      throw unavailable(`Nothing answers at ${this.url}.`, 'Start Patchbay with `patchbay up`, or give its --url.', {
        cause: error,
      });
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
    if (!problem.success) throw this.#notPatchbay(`it answered ${response.status}`);
    const { type, status, detail, action } = problem.data;
    throw new PatchbayError(kindOf(type, status), detail, action);
  }

  async #read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw this.#notPatchbay(z.prettifyError(parsed.error));
  }

  #notPatchbay(what: string): PatchbayError {
    return unavailable(
      `What answers at ${this.url} is not the API of this version of Patchbay: ${what}`,
      'Stop it and start this version with `patchbay up`, or give another --url.',
    );
  }
}

function kindOf(type: string, status: number): ErrorKind {
  const kind = z.enum(Object.keys(ERROR_KINDS) as ErrorKind[]).safeParse(type.split(':').at(-1));
  return kind.success ? kind.data : status < 500 ? 'invalid-input' : 'internal';
}
