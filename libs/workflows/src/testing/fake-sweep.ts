import type { ComputeActivities, ControlActivities, SweepActivities } from '../activities.js';

/** A sweep's record in memory, and activities whose runs compute nothing and write their end into it. */
export class FakeSweep {
  state: 'active' | 'paused' | 'cancelled' = 'active';
  /** what became of each run, in the order of points */
  readonly runs = new Map<string, 'open' | 'succeeded' | 'failed' | 'cancelled'>();
  /** runs in the order in which they began to compute */
  readonly begun: string[] = [];
  mostUnderWay = 0;
  #underWay = 0;

  constructor(
    points: number,
    private readonly options: { inFlight: number; onStart?: (runId: string) => Promise<void> | undefined },
  ) {
    this.append(points);
  }

  append(points: number): void {
    for (let point = 0; point < points; point++) this.runs.set(`${this.#name}-${this.runs.size}`, 'open');
  }
  readonly #name = `run-${Math.random().toString(36).slice(2)}`;

  get ended(): number {
    return [...this.runs.values()].filter((status) => status !== 'open').length;
  }

  readonly activities: ComputeActivities & ControlActivities & SweepActivities = {
    nextRuns: ({ except, limit }) => {
      const open = [...this.runs].filter(([runId, status]) => status === 'open' && !except.includes(runId));
      const runs = open.slice(0, limit).map(([runId]) => ({ runId, device: 'cpu' as const }));
      return Promise.resolve({
        state: this.state,
        inFlight: this.options.inFlight,
        runs: this.state === 'active' ? runs : [],
      });
    },
    startRun: async ({ runId }) => {
      this.begun.push(runId);
      this.#underWay += 1;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
      try {
        await this.options.onStart?.(runId);
      } finally {
        this.#underWay -= 1;
      }
      return { units: 0, seconds: 0, peakBytes: 0 };
    },
    runUnit: () => Promise.resolve({ seconds: 0, peakBytes: 0 }),
    foldRound: () => Promise.resolve({ units: 0, seconds: 0, peakBytes: 0 }),
    finishRun: ({ runId }) => this.#end(runId, 'succeeded'),
    codePrompts: () => Promise.reject(new Error('a sweep codes no prompts')),
    failRun: ({ runId }) => this.#end(runId, 'failed'),
    cancelRun: ({ runId }) => this.#end(runId, 'cancelled'),
  };

  #end(runId: string, how: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    if (this.runs.get(runId) === 'open') this.runs.set(runId, how);
    return Promise.resolve();
  }
}
