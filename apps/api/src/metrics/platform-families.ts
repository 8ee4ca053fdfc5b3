import { type Device, deviceSchema, PATCHBAY_VERSION, soon, stateOf } from '@patchbay/contracts';
import type { QueueBacklog } from '@patchbay/workflows';
import type { ApiParts } from '../parts.js';
import type { Family } from './exposition.js';

/**
 * Runs, queues and parts as Postgres and Temporal know them now. What neither tells is left out; `patchbay_up` says why.
 * They are the platform's, not this process's: of several APIs each gives the same.
 */
export async function platformFamilies({ store, scheduler }: Pick<ApiParts, 'store' | 'scheduler'>): Promise<Family[]> {
  const [postgres, temporal, runs, backlogs, served] = await Promise.all([
    stateOf(store.ping()),
    stateOf(scheduler.ping()),
    soon<Record<string, number>>(store.runs.countsByStatus(), {}),
    soon<QueueBacklog[]>(scheduler.queueBacklogs(), []),
    soon<Device[] | undefined>(scheduler.servedDevices(), undefined),
  ]);
  const up = { postgres: Number(postgres === 'up'), temporal: Number(temporal === 'up') };
  const tasks = Object.fromEntries(backlogs.map((backlog) => [backlog.queue, backlog.tasks]));
  const oldest = Object.fromEntries(backlogs.map((backlog) => [backlog.queue, backlog.oldestSeconds]));
  const devices = served
    ? deviceSchema.options.map((device) => [device, Number(served.includes(device))] as const)
    : [];
  return [
    gauge('patchbay_build_info', 'The version that runs.', 'version', { [PATCHBAY_VERSION]: 1 }),
    gauge('patchbay_up', 'Whether a part answers.', 'part', up),
    gauge('patchbay_runs', 'Runs by status.', 'status', runs),
    gauge('patchbay_queue_tasks', 'Tasks that wait for a worker, about.', 'queue', tasks),
    gauge('patchbay_queue_oldest_seconds', 'How long the oldest task has waited, about.', 'queue', oldest),
    gauge('patchbay_device_served', 'Whether some worker serves a device.', 'device', Object.fromEntries(devices)),
  ];
}

const gauge = (name: string, help: string, label: string, values: Readonly<Record<string, number>>): Family => ({
  ...{ name, help },
  type: 'gauge',
  samples: Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value })),
});
