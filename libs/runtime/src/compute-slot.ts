import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PatchbayError } from '@patchbay/contracts';
import type { ComputeMessage, ComputeRequest } from './compute-protocol.js';
import { describeDeath, readKernelKills } from './describe-death.js';

export interface ComputeSlotOptions {
  /** JavaScript file that calls `serveCompute` */
  entry: string;
  args?: readonly string[];
  /** environment of the child; default: this process's own */
  env?: NodeJS.ProcessEnv;
  /** milliseconds between SIGTERM and SIGKILL; default 1000 */
  graceMs?: number;
}

export interface ComputeHooks {
  /** at most four times a second; `fraction` from 0 to 1 */
  onProgress?(fraction: number, stage?: string): void;
  onCheckpoint?(data: unknown): void;
  /** something that people who look at the run should know */
  onNote?(message: string): void;
  /** kills the child: a running ONNX session blocks it, so there is nobody in there to ask */
  signal?: AbortSignal;
}

export interface ComputeAnswer {
  output: unknown;
  /** largest resident memory of the child so far */
  peakBytes: number;
}

/**
 * One child process that computes, one request at a time. The child starts with the first request and again with the
 * first one after its end, whatever ended it.
 */
export class ComputeSlot {
  readonly #options: ComputeSlotOptions;
  #child: ChildProcess | undefined;
  #busy = false;
  #closed = false;
  #lastId = 0;

  constructor(options: ComputeSlotOptions) {
    this.#options = options;
  }

  /** process id of the child, while there is one */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * @throws PatchbayError what the child's handler threw; `cancelled` after an abort, once the child is gone;
   *   `out-of-memory`, `unavailable` or `internal` when the child died by itself
   */
  async request(operation: string, input: unknown, hooks: ComputeHooks = {}): Promise<ComputeAnswer> {
    if (this.#closed) throw new PatchbayError('unavailable', 'The compute slot is closed.', 'Start the worker again.');
    if (this.#busy) throw new Error('A compute slot takes one request at a time.');
    if (hooks.signal?.aborted) throw cancelled();
    this.#busy = true;
    try {
      this.#lastId += 1;
      return await this.#exchange(this.#running(), { id: this.#lastId, operation, input }, hooks);
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the child; the next request starts a fresh one, with nothing left in memory. */
  async recycle(): Promise<void> {
    const child = this.#child;
    if (child) await this.#stop(child);
  }

  /** Ends the child and takes no more requests; one that is under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.recycle();
  }

  #running(): ChildProcess {
    if (this.#child) return this.#child;
    // The child's stdout goes to our stderr: stdout belongs to whoever started this process.
    const child = fork(this.#options.entry, this.#options.args ?? [], {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
      env: this.#options.env ?? process.env,
      execArgv: [],
    });
    const forget = (): void => {
      if (this.#child === child) this.#child = undefined;
    };
    child.once('exit', forget).once('error', forget);
    this.#child = child;
    return child;
  }

  #exchange(child: ChildProcess, request: ComputeRequest, hooks: ComputeHooks): Promise<ComputeAnswer> {
    const kernelKills = readKernelKills();
    const listening = new AbortController();
    return new Promise<ComputeAnswer>((resolve, reject) => {
      const onMessage = (message: ComputeMessage): void => {
        if (message.id !== request.id) return;
        if (message.type === 'progress') hooks.onProgress?.(message.fraction, message.stage);
        else if (message.type === 'checkpoint') hooks.onCheckpoint?.(message.data);
        else if (message.type === 'note') hooks.onNote?.(message.message);
        else if (message.type === 'done') resolve({ output: message.output, peakBytes: message.peakBytes });
        else reject(PatchbayError.from(message.error));
      };
      const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
        const aborted = hooks.signal?.aborted === true || this.#closed;
        reject(aborted ? cancelled() : describeDeath(code, signal, kernelKills));
      };
      const onError = (cause: Error): void => {
        // A closed channel means that the child is going: its exit tells why.
        if (!child.connected && child.pid !== undefined) return;
        reject(
          new PatchbayError('unavailable', `The compute process cannot be used: ${cause.message}`, RETRIED, { cause }),
        );
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      hooks.signal?.addEventListener('abort', () => void this.#stop(child), { signal: listening.signal });
      listening.signal.addEventListener('abort', () => {
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
      });
      child.send(request, (error) => {
        if (error) onError(error);
      });
    }).finally(() => {
      listening.abort();
    });
  }

  async #stop(child: ChildProcess): Promise<void> {
    if (this.#child === child) this.#child = undefined;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#options.graceMs ?? 1000);
    await gone;
    clearTimeout(timer);
  }
}

const RETRIED = 'The work is tried again in a new process; if this goes on, read the worker log.';

const cancelled = (): PatchbayError =>
  new PatchbayError('cancelled', 'The computation was stopped.', 'Submit it again if you still want its result.');
