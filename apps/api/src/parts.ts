import type {
  Device,
  Estimate,
  MethodView,
  ModelCheck,
  ModelGraph,
  ModelView,
  ReferenceView,
  TaskView,
} from '@patchbay/contracts';
import type { ExperimentSpec } from '@patchbay/methods';
import type { Artifacts, CircuitStore, ModelStore, EventStore, RunStore, SweepStore, TaskStore } from '@patchbay/store';
import type { CodeInput, QueueBacklog } from '@patchbay/workflows';
import type { TaskExample } from './tasks/task-detail.js';

/** Injection tokens of the three things that the API stands on. */
export const STORE = Symbol('Store');
export const CATALOGUE = Symbol('Catalogue');
export const SCHEDULER = Symbol('Scheduler');

/** What the API uses of the store. */
export interface ApiStore {
  runs: RunStore;
  sweeps: SweepStore;
  events: EventStore;
  models: ModelStore;
  tasks: TaskStore;
  artifacts: Artifacts;
  circuits: CircuitStore;
  ping(): Promise<void>;
}

/** What can be asked for without a server: methods, built-in models, generators. */
export interface Catalogue {
  readonly methods: readonly MethodView[];
  readonly builtinModels: readonly string[];
  /** the built-in models and those that lie in `PATCHBAY_HOME/models` */
  localModels(): Promise<string[]>;
  readonly tasks: readonly TaskView[];
  readonly references: readonly ReferenceView[];
  /**
   * The parameters with their defaults filled in.
   * @throws PatchbayError `invalid-input` naming an unknown method or the parameters that are wrong
   */
  parseParams(method: string, params: Record<string, unknown>): Record<string, unknown>;
  /** Opens the model and says what it is. @throws PatchbayError naming what is wrong with its files */
  describeModel(reference: string): Promise<ModelView>;
  /** The model's edge graph, which a circuit must fit. @throws PatchbayError naming what is wrong with its files */
  graphOf(source: string): Promise<ModelGraph>;
  /** Holds the model against the reference beside its weights; undefined where there is none. */
  checkModel(reference: string): Promise<ModelCheck | undefined>;
  /** The view of a registered model with the last check of its weights on this machine, if there was one. */
  readonly withCheck: (view: ModelView) => Promise<ModelView>;
  /** The first prompt pairs of a generator or bundled set, as a model's tokenizer writes them. */
  examples(task: string, model: string, count: number): Promise<TaskExample[]>;
  /** What a run would take on the machine of the API. @throws PatchbayError naming what is wrong with the request */
  estimate(spec: ExperimentSpec): Promise<Estimate>;
  /** Count of pairs of a JSONL text. @throws PatchbayError naming line and reason */
  countPairs(jsonl: string): number;
}

/** What the API uses of Temporal. Every call throws PatchbayError `unavailable` when Temporal does not answer. */
export interface Scheduler {
  /** Starts the run's workflow; starting it twice is one run. */
  start(run: { runId: string; device: Device }): Promise<void>;
  /** Asks the run's workflow to stop; nothing where there is none. */
  cancel(runId: string): Promise<void>;
  /**
   * Has prompts coded with a run's autoencoder. @returns SHA-256 of the codes' artifact
   * @throws PatchbayError what is wrong with them; `unavailable` also when they are not coded within some time
   */
  code(input: CodeInput, device: Device): Promise<string>;
  /** Has the sweep's workflow look at what the record says of it; starts it where it does not run. */
  wakeSweep(sweepId: string): Promise<void>;
  ping(): Promise<void>;
  /** devices that some worker serves now */
  servedDevices(): Promise<Device[]>;
  /** what waits in each queue */
  queueBacklogs(): Promise<QueueBacklog[]>;
}

export interface ApiParts {
  store: ApiStore;
  catalogue: Catalogue;
  scheduler: Scheduler;
}
