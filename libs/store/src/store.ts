import type { Circuit } from '@patchbay/circuit';
import type {
  AddModel,
  ArtifactFile,
  CircuitListQuery,
  CircuitPage,
  CircuitSelection,
  CircuitView,
  Device,
  ErrorReport,
  Manifest,
  ModelView,
  PointListQuery,
  PointPage,
  Progress,
  Result,
  RunEvent,
  RunEventBody,
  RunListQuery,
  RunPage,
  RunRequest,
  RunView,
  SweepListQuery,
  SweepPage,
  SweepRequest,
  SweepView,
} from '@patchbay/contracts';
import type { Artifacts } from './artifacts/artifacts.js';

/** The record of the platform: Postgres through Prisma, and the artifact store beside it. */
export interface Store {
  runs: RunStore;
  sweeps: SweepStore;
  units: UnitStore;
  events: EventStore;
  models: ModelStore;
  tasks: TaskStore;
  circuits: CircuitStore;
  artifacts: Artifacts;
  /** @throws PatchbayError `unavailable` when Postgres does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface RunStore {
  /** Writes the run as `queued`. The same idempotency key gives the same run; another body under it is a `conflict`. */
  create(request: RunRequest, idempotencyKey?: string): Promise<{ run: RunView; created: boolean }>;
  /** @throws PatchbayError `not-found` */
  get(id: string): Promise<RunView>;
  list(query: RunListQuery): Promise<RunPage>;
  /** Runs on their own that were recorded and whose workflow was never confirmed started: the reconciler's work. */
  unstarted(olderThanSeconds: number): Promise<string[]>;
  /** The workflow exists (set after Temporal confirmed the start). */
  confirmStarted(id: string): Promise<void>;
  /** queued → running; idempotent, so that a retried activity does not move `startedAt`. */
  begin(id: string, manifest: Manifest): Promise<void>;
  manifest(id: string): Promise<Manifest | null>;
  /**
   * running → succeeded with the result of a finished run with the same manifest, if the run's sweep allows it.
   * @returns that run's id; undefined where there is none and the run is to be computed
   */
  reuse(id: string): Promise<string | undefined>;
  progress(id: string, progress: Progress): Promise<void>;
  /**
   * running → succeeded, with the result artifact and the circuit's nodes, in one transaction; idempotent. Files that the
   * run leaves behind become artifacts, named in the result.
   */
  succeed(id: string, result: Result, files?: Readonly<Record<string, ArtifactFile>>): Promise<void>;
  /** → failed; no effect on a run that has ended. */
  fail(id: string, error: ErrorReport): Promise<void>;
  /** → cancelled; no effect on a run that has ended. */
  cancel(id: string): Promise<void>;
  /** @throws PatchbayError `not-found` while there is none */
  result(id: string): Promise<Result>;
  /** A file that the run left behind. @throws PatchbayError `not-found` naming those that there are */
  file(id: string, name: string): Promise<ArtifactFile>;
}

/** Sweeps; their points are runs. Whatever changes one is a `conflict` once it is cancelled. */
export interface SweepStore {
  /** Writes the sweep and its runs, all at once. The same idempotency key gives the same sweep, as with runs. */
  create(
    request: SweepRequest,
    runs: readonly RunRequest[],
    idempotencyKey?: string,
  ): Promise<{ sweep: SweepView; created: boolean }>;
  /** @throws PatchbayError `not-found` */
  get(id: string): Promise<SweepView>;
  list(query: SweepListQuery): Promise<SweepPage>;
  points(id: string, query: PointListQuery): Promise<PointPage>;
  /** @throws PatchbayError `invalid-input` for too many points */
  append(id: string, runs: readonly RunRequest[]): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** A new run for each point whose run failed; the failed ones stay in the record. */
  retryFailed(id: string): Promise<void>;
  /** Points that wait are cancelled at once; those under way are left to the sweep's workflow. */
  cancel(id: string): Promise<void>;
  /** What the sweep's workflow may start next, in the order of points; nothing while it is paused. */
  nextRuns(id: string, except: readonly string[], limit: number): Promise<SweepWork>;
  /** Counts the changes made to the sweep. */
  changes(id: string): Promise<number>;
  /** Sweeps with changes that their workflow was not told of: the reconciler's work. */
  untold(olderThanSeconds: number): Promise<string[]>;
  /** The workflow was told of so many changes. */
  confirmTold(id: string, changes: number): Promise<void>;
}

export interface SweepWork {
  state: 'active' | 'paused' | 'cancelled';
  /** runs that may be under way at once */
  inFlight: number;
  runs: { runId: string; device: Device }[];
}

/** Units of work of a run, one row per (run, round, index): a unit is stored once, whoever computed it twice. */
export interface UnitStore {
  /** Records a round's units and the state they belong to. A second call for the same round changes nothing. */
  planRound(runId: string, round: number, units: readonly unknown[], state: unknown): Promise<void>;
  /** The state and unit count of a planned round, or null. */
  round(runId: string, round: number): Promise<{ state: unknown; units: number } | null>;
  unit(runId: string, round: number, index: number): Promise<{ unit: unknown; done: boolean; checkpoint: unknown }>;
  /** Stores a unit's partial; the first one stays. @returns whether this call stored it */
  storePartial(
    runId: string,
    round: number,
    index: number,
    partial: unknown,
    attempt: number,
    seconds: number,
  ): Promise<boolean>;
  storeCheckpoint(runId: string, round: number, index: number, checkpoint: unknown): Promise<void>;
  /** Partials of a round in unit order. @throws PatchbayError `conflict` if one is missing */
  partials(runId: string, round: number): Promise<unknown[]>;
  /** done and total units over all planned rounds */
  counts(runId: string): Promise<{ done: number; total: number }>;
}

export interface EventStore {
  append(runId: string, event: RunEventBody): Promise<void>;
  /** Events with id > `after` (all when undefined), oldest first. */
  since(runId: string, after?: string): Promise<RunEvent[]>;
  /** Calls back whenever the run has a new event (Postgres LISTEN/NOTIFY). @returns a function that stops it */
  watch(runId: string, onNews: () => void): Promise<() => void>;
}

export interface ModelStore {
  add(model: AddModel, view: ModelView): Promise<ModelView>;
  list(): Promise<ModelView[]>;
  /** source of a registered name, or undefined */
  source(name: string): Promise<string | undefined>;
}

export interface TaskStore {
  /** Same name, other content is a `conflict`. */
  add(name: string, jsonl: string, pairs: number): Promise<void>;
  list(): Promise<{ name: string; pairs: number }[]>;
  /** the JSONL text of a registered name, or undefined */
  jsonl(name: string): Promise<string | undefined>;
}

/** A circuit to be kept under a name. */
export interface NewCircuit {
  name: string;
  /** the model that it is of */
  model: string;
  circuit: Circuit;
  /** the run whose scores it was made of */
  run?: string;
  /** how its edges were chosen; absent: as they were given */
  selection?: CircuitSelection;
}

export interface CircuitStore {
  /** The same again changes nothing; the same name for another circuit is a `conflict`. */
  add(circuit: NewCircuit): Promise<CircuitView>;
  /** By name. */
  list(query: CircuitListQuery): Promise<CircuitPage>;
  /** @throws PatchbayError `not-found` */
  get(name: string): Promise<CircuitView>;
  /** Its scores and edges. @throws PatchbayError `not-found` */
  circuit(name: string): Promise<Circuit>;
  /**
   * Text of the circuit that a request names: the result of a run, or a stored circuit as circuit JSON; undefined where
   * it is neither.
   */
  text(reference: string): Promise<string | undefined>;
  /** Runs that evaluated it keep its hash. @throws PatchbayError `not-found` */
  delete(name: string): Promise<void>;
}
