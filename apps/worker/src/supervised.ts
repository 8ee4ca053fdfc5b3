import { unavailable } from '@patchbay/contracts';
import { toApplicationFailure } from '@patchbay/workflows';
import { CancelledFailure, Context } from '@temporalio/activity';

/** A cancellation arrives with the answer to a heartbeat, so this bounds how long it takes. */
const HEARTBEAT_INTERVAL_MS = 1_000;

export interface Attempt {
  /** from 1 */
  number: number;
  /** aborted when the run is cancelled, when the worker stops, and when Temporal has given the work to another */
  signal: AbortSignal;
}

/** Makes an activity of `work`: it sends heartbeats while it works, and its failures say whether to try again. */
export function supervised<Input, Output>(
  work: (input: Input, attempt: Attempt) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const { cancellationSignal: signal, info } = context;
    context.heartbeat();
    const beat = setInterval(() => {
      context.heartbeat();
    }, HEARTBEAT_INTERVAL_MS);
    try {
      return await work(input, { number: info.attempt, signal });
    } catch (thrown) {
      if (!signal.aborted) throw toApplicationFailure(thrown, info.attempt);
      if (context.cancellationDetails?.cancelRequested) throw new CancelledFailure('The run was cancelled.');
      throw toApplicationFailure(stopped(), info.attempt);
    } finally {
      clearInterval(beat);
    }
  };
}

const stopped = (): Error =>
  unavailable('The worker was stopped while it computed.', 'Nothing: the work is given to the next worker.');
