import type { Device, ErrorReport } from '@patchbay/contracts';

// Ids and small numbers only: units, states and partials stay in the store, because a payload may not exceed 2 MB.

/** What a run has used so far. */
export interface Spent {
  loadSeconds: number;
  computeSeconds: number;
  /** largest resident memory of any compute process */
  peakBytes: number;
  /** batches that were halved for want of memory; absent: none */
  halvings?: number;
}

/** How far a run's workflow is: `unit` of `units` in `round` is the next to be handed out. */
export interface Position {
  round: number;
  unit: number;
  units: number;
  spent: Spent;
}

export interface RunInput {
  runId: string;
  device: Device;
  /** units of work in flight; default 2, so that a slot finds the next unit waiting */
  inFlight?: number;
  /** where the execution before this one stopped, for a run whose history grew too long for one */
  resume?: Position;
}

export interface RoundInput {
  runId: string;
  round: number;
}

export interface UnitInput extends RoundInput {
  unit: number;
}

/** What a compute activity has used; nothing where an earlier attempt had already stored the work. */
export interface Used {
  seconds: number;
  peakBytes: number;
  halvings?: number;
}

/** Prompts to be coded with an autoencoder that a run left behind. */
export interface CodeInput {
  runId: string;
  /** name of the autoencoder among the run's files */
  file: string;
  /** SHA-256 of the prompts' artifact, JSON lines */
  prompts: string;
}

/** Activities on a compute queue. Each is idempotent: what an earlier attempt stored is not computed again. */
export interface ComputeActivities {
  /** Resolves model and task, writes the manifest and plans round 0. @returns its units */
  startRun: (input: { runId: string }) => Promise<Used & { units: number }>;
  /** Computes one unit of work and stores its partial. */
  runUnit: (input: UnitInput) => Promise<Used>;
  /** Folds a round's partials into the state and plans the next round. @returns its units; 0 = the method is done */
  foldRound: (input: RoundInput) => Promise<Used & { units: number }>;
  /** Writes the result from the state of the last round. */
  finishRun: (input: RoundInput & { spent: Spent }) => Promise<void>;
  /** @returns SHA-256 of the codes' artifact, JSON */
  codePrompts: (input: CodeInput) => Promise<string>;
}

/** Activities on the control queue: a run that ends early. */
export interface ControlActivities {
  failRun: (input: { runId: string; error: ErrorReport }) => Promise<void>;
  cancelRun: (input: { runId: string }) => Promise<void>;
}

export interface SweepInput {
  sweepId: string;
}

/** Activities on the control queue: what a sweep's workflow asks its record. */
export interface SweepActivities {
  /**
   * The sweep as it stands and what may be started next, in the order of points; nothing unless it is active.
   * @param input.except runs that are under way
   */
  nextRuns: (input: SweepInput & { except: string[]; limit: number }) => Promise<{
    state: 'active' | 'paused' | 'cancelled';
    /** runs that may be under way at once */
    inFlight: number;
    runs: { runId: string; device: Device }[];
  }>;
}
