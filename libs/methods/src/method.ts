import type { Circuit } from '@patchbay/circuit';
import type { Architecture, Transformer } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import type { ArtifactFile, Table } from '@patchbay/contracts';
import type { z } from 'zod';
import type { Cost } from './memory/cost.js';
import type { RunMemory } from './memory/run-memory.js';

/** What a method knows without touching a weight: enough to plan, fold and report. */
export interface MethodContext<Params> {
  architecture: Architecture;
  pairs: readonly Pair[];
  params: Params;
  seed: number;
  /** what is evaluated, of this model's graph; there where the method needs one */
  circuit?: Circuit;
  /** decides how much is kept and computed at once */
  memory: RunMemory;
}

/** What a unit of work has at hand inside the compute process. */
export interface Workbench<Params> extends MethodContext<Params> {
  transformer: Transformer;
  /** Keeps what several units of a run share (a cached run of a batch), within the process's memory budget. */
  memo<T>(key: string, make: () => Promise<T>): Promise<T>;
  /**
   * Computes some entries at once; where memory does not suffice, in halves, and the run says so. What `work` did of
   * entries before it failed is done again.
   *
   * @returns what the parts gave, in their order
   * @throws PatchbayError `out-of-memory` where memory does not suffice for a single entry
   */
  inHalves<T, R>(entries: readonly T[], work: (entries: readonly T[]) => Promise<R>): Promise<R[]>;
}

export interface UnitHooks {
  /** fraction of this unit, 0 to 1 */
  onProgress(fraction: number): void;
  /** what `save` was last given by an earlier attempt at this unit, else undefined */
  readonly checkpoint: unknown;
  /** keeps all that it takes to go on from here; to be called after every step, for it does so only every few seconds */
  save(checkpoint: unknown): Promise<void>;
  /** called each time a batch is halved for want of memory */
  onHalved?(message: string): void;
}

export interface MethodResult {
  baseline: { clean: number; corrupted: number };
  nodes: Record<string, number>;
  edges: Record<string, number>;
  perExample: Record<string, (number | null)[]>;
  tables: Record<string, Table>;
  /** signs, ablation, positions and rules, in words: they go into the manifest */
  conventions: Record<string, string>;
}

/**
 * One discovery method, evaluation or analysis: a folder that declares itself. The platform turns `params` into
 * validation, OpenAPI, CLI flags and the web form, `next` into activities, and stores what `run` and `fold` return
 * (plain data and typed arrays), so that a kill loses at most one unit.
 */
export interface Method<Params = unknown, State = unknown, Unit = unknown, Partial = unknown> {
  id: string;
  title: string;
  description: string;
  /** paper and equation */
  citation: string;
  /** raised whenever the same request would give other numbers */
  version: number;
  /** `circuit`: it evaluates one, which the request names */
  needs: { model: boolean; task: boolean; corpus: boolean; circuit?: boolean };
  params: z.ZodType<Params>;
  start(context: MethodContext<Params>): State;
  /** the next round's units of work; none when the method is done. Pure: the same state gives the same units. */
  next(state: State, context: MethodContext<Params>): Unit[];
  /** What the whole run will ask of the machine, as far as it can be known; absent: nobody can say. */
  cost?(context: MethodContext<Params>): Cost;
  run(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Partial>;
  /** @param partials in the order of the round's units */
  fold(state: State, partials: Partial[], context: MethodContext<Params>): State;
  result(state: State, context: MethodContext<Params>): MethodResult;
  /** files that the run leaves behind beside its result, by their names; none where absent */
  artifacts?(state: State, context: MethodContext<Params>): Record<string, ArtifactFile>;
}
