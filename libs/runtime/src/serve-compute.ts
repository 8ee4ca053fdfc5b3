import { PatchbayError } from '@patchbay/contracts';
import type { ComputeMessage, ComputeRequest } from './compute-protocol.js';

/** What a handler may tell the parent while it works. */
export interface HandlerHooks {
  /** @param fraction of the request, 0 to 1; what comes faster than four times a second is dropped */
  onProgress(fraction: number, stage?: string): void;
  /** Resolves when the checkpoint is on its way to the parent. */
  saveCheckpoint(data: unknown): Promise<void>;
  /** Tells the parent something that people who look at the run should know. */
  note(message: string): void;
}

export type ComputeHandler = (input: unknown, hooks: HandlerHooks) => Promise<unknown>;

const PROGRESS_INTERVAL_MS = 250;

/**
 * Makes this process a compute child: it answers its parent's requests until the parent goes. SIGTERM keeps its
 * default action, which ends the process even inside a running ONNX session; SIGINT is left to the parent, because a
 * terminal sends Ctrl-C to the whole process group.
 */
export function serveCompute(handlers: Readonly<Record<string, ComputeHandler>>): void {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: ComputeRequest) => void answer(handlers, request));
}

async function answer(handlers: Readonly<Record<string, ComputeHandler>>, request: ComputeRequest): Promise<void> {
  const { id, operation, input } = request;
  try {
    const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
    if (!handler) throw new Error(`The compute process knows no operation "${operation}".`);
    const output = await handler(input, hooksOf(id));
    // maxRSS is in kilobytes on every platform
    await post({ id, type: 'done', output, peakBytes: process.resourceUsage().maxRSS * 1024 });
  } catch (thrown) {
    const error = PatchbayError.of(thrown);
    if (error.kind === 'internal') console.error(thrown);
    await post({ id, type: 'failed', error: error.toJSON() });
  }
}

function hooksOf(id: number): HandlerHooks {
  let last = -Infinity;
  return {
    onProgress(fraction, stage) {
      const now = performance.now();
      if (now - last < PROGRESS_INTERVAL_MS && fraction < 1) return;
      last = now;
      void post({ id, type: 'progress', fraction, stage });
    },
    saveCheckpoint: (data) => post({ id, type: 'checkpoint', data }),
    note: (message) => void post({ id, type: 'note', message }),
  };
}

/** Resolves once the message is written. A parent that has gone is no error here: `disconnect` ends this process. */
function post(message: ComputeMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) {
      resolve();
      return;
    }
    process.send(message, undefined, undefined, () => {
      resolve();
    });
  });
}
