import { type ErrorKind, PatchbayError } from '@patchbay/contracts';
import { Context } from '@temporalio/activity';
import type { ComputeActivities, ControlActivities, UnitInput } from '../activities.js';
import { toApplicationFailure } from '../failures.js';

export interface FakeRun {
  /** units of each round */
  rounds: readonly number[];
  /** what a unit does beyond being counted; `attempt` from 1 */
  onUnit?: (input: UnitInput, attempt: number) => Promise<void> | undefined;
  /** what coding prompts does beyond being counted */
  onCode?: (attempt: number) => Promise<void> | undefined;
}

export interface Recorded {
  calls: string[];
  inFlight: number;
  mostInFlight: number;
}

/** Activities that compute nothing and record how they are called. */
export function fakeActivities(run: FakeRun): ComputeActivities & ControlActivities & { recorded: Recorded } {
  const recorded: Recorded = { calls: [], inFlight: 0, mostInFlight: 0 };
  const note = (name: string, value: unknown): Promise<void> => {
    recorded.calls.push(`${name} ${JSON.stringify(value)}`);
    return Promise.resolve();
  };
  return {
    recorded,
    startRun: () => Promise.resolve({ units: run.rounds[0] ?? 0, seconds: 2, peakBytes: 100 }),
    async runUnit(input) {
      recorded.inFlight += 1;
      recorded.mostInFlight = Math.max(recorded.mostInFlight, recorded.inFlight);
      try {
        await note('unit', [input.round, input.unit]);
        await run.onUnit?.(input, Context.current().info.attempt);
        return { seconds: 1, peakBytes: 100 + 10 * input.round + input.unit };
      } finally {
        recorded.inFlight -= 1;
      }
    },
    async foldRound({ round }) {
      await note('fold', round);
      return { units: run.rounds[round + 1] ?? 0, seconds: 0.5, peakBytes: 50 };
    },
    finishRun: ({ round, spent }) => note('finish', { round, spent }),
    async codePrompts({ prompts }) {
      await note('code', prompts);
      await run.onCode?.(Context.current().info.attempt);
      return `codes of ${prompts}`;
    },
    failRun: ({ error }) => note('fail', error),
    cancelRun: () => note('cancel', null),
  };
}

/** A unit that fails. */
export const fails = (kind: ErrorKind, attempt: number): Promise<never> =>
  Promise.reject(toApplicationFailure(new PatchbayError(kind, `It is ${kind}.`, 'Do something.'), attempt));

/** A unit that goes on until it is cancelled. */
export async function waitsForCancel(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, 100);
  return context.cancelled.finally(() => {
    clearInterval(beat);
  });
}
