import type { Progress } from '@patchbay/contracts';
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { say } from './say.js';

/** Where nobody watches live, a line each time this much more of the work is done. */
const STEP = 0.1;
const BAR = 24;

/** What work tells while it runs. */
export interface Watcher {
  update: (progress: Progress) => void;
  /** something to be known beside it */
  tell: (message: string) => void;
}

/**
 * Shows how far some work is on stderr while it runs: a line that moves on a terminal, plain lines elsewhere.
 * @returns what the work returns
 */
export async function showProgress<T>(title: string, work: (watcher: Watcher) => Promise<T>): Promise<T> {
  return process.stderr.isTTY ? onTerminal(title, work) : inLines(title, work);
}

async function onTerminal<T>(title: string, work: (watcher: Watcher) => Promise<T>): Promise<T> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr<{ value?: T }>(
    {
      title,
      task: async (context, task) => {
        context.value = await work({
          update: (progress) => {
            task.output = describe(progress);
          },
          tell: (message) => {
            task.title = `${task.title}\n${message}`;
          },
        });
      },
    },
    { registerSignalListeners: false, rendererOptions: { logger, collapseErrors: false, showErrorMessage: false } },
  );
  const { value } = await list.run({});
  return value as T;
}

async function inLines<T>(title: string, work: (watcher: Watcher) => Promise<T>): Promise<T> {
  let next = 0;
  const tell = (message: string): void => {
    say(`${title}: ${message}`);
  };
  const update = (progress: Progress): void => {
    const fraction = fractionOf(progress);
    if (fraction < next) return;
    next = Math.floor(fraction / STEP) * STEP + STEP;
    tell(describe(progress));
  };
  return work({ update, tell });
}

function describe(progress: Progress): string {
  const { stage, done, total, etaSeconds } = progress;
  const full = Math.round(fractionOf(progress) * BAR);
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  const eta = etaSeconds === null ? '' : `, ${Math.ceil(etaSeconds)} s left`;
  const count = total > 0 ? ` ${Number(done.toFixed(1))} of ${total}` : '';
  return `${bar} ${stage}${count}${eta}`;
}

const fractionOf = ({ done, total }: Progress): number => (total > 0 ? Math.min(done / total, 1) : 0);
