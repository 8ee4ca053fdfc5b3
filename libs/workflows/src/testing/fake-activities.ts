import { Context } from '@temporalio/activity';
import type { ComputeActivities, ControlActivities, UnitInput } from '../activities.js';

export interface FakeRun {
  /** units of each round */
  rounds: readonly number[];
  /** what a unit does beyond being counted; `attempt` from 1 */
  onUnit?(input: UnitInput, attempt: number): Promise<void>;
}

export interface Recorded {
  calls: string[];
  inFlight: number;
  mostInFlight: number;
}

/** Activities that compute nothing and record how they are called. */
export function fakeActivities(run: FakeRun): ComputeActivities & ControlActivities & { recorded: Recorded } {
  const recorded: Recorded = { calls: [], inFlight: 0, mostInFlight: 0 };
  const note = (name: string, value: unknown): void => void recorded.calls.push(`${name} ${JSON.stringify(value)}`);
  return {
    recorded,
    startRun: async () => ({ units: run.rounds[0] ?? 0, seconds: 2, peakBytes: 100 }),
    async runUnit(input) {
      recorded.inFlight += 1;
      recorded.mostInFlight = Math.max(recorded.mostInFlight, recorded.inFlight);
      try {
        const { attempt } = Context.current().info;
        note('unit', [input.round, input.unit]);
        await run.onUnit?.(input, attempt);
        return { seconds: 1, peakBytes: 100 + 10 * input.round + input.unit };
      } finally {
        recorded.inFlight -= 1;
      }
    },
    async foldRound({ round }) {
      note('fold', round);
      return { units: run.rounds[round + 1] ?? 0, seconds: 0.5, peakBytes: 50 };
    },
    finishRun: async ({ round, spent }) => note('finish', { round, spent }),
    failRun: async ({ error }) => note('fail', error),
    cancelRun: async () => note('cancel', null),
  };
}
