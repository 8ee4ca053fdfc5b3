import { availableParallelism, cpus, totalmem } from 'node:os';

/** When and on what something was measured. */
export interface Where {
  /** ISO day */
  date: string;
  machine: string;
  threads: number;
}

export const hereAndNow = (): Where => ({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, ${process.platform} ${process.arch}`,
  threads: availableParallelism(),
});

export const whereText = ({ date, machine, threads }: Where): string => `${date}, ${machine}, ${threads} threads`;
