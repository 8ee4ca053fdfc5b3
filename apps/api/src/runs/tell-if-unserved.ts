import type { Device } from '@patchbay/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiParts } from '../parts.js';

/** A worker that has just started is known to Temporal a moment later. */
const GRACE_MS = 2_000;

/**
 * Tells in a run's stage and history that no worker serves its device. The run is kept: a worker may be starting, or be
 * started because work waits for it.
 */
export async function tellIfUnserved(
  { id, device }: { id: string; device: Device },
  { store, scheduler }: Pick<ApiParts, 'store' | 'scheduler'>,
): Promise<void> {
  if ((await scheduler.servedDevices()).includes(device)) return;
  await sleep(GRACE_MS);
  const served = await scheduler.servedDevices();
  if (served.includes(device) || (await store.runs.get(id)).status !== 'queued') return;
  const progress = { stage: `waiting: no worker serves ${device}`, done: 0, total: 0, etaSeconds: null };
  await store.runs.progress(id, progress);
  await store.events.append(id, { type: 'progress', progress });
  const others = served.length > 0 ? `those that run serve ${served.join(', ')}` : 'none runs';
  const message =
    `No worker serves ${device} (${others}): the run starts once one does. Start one with \`--device ${device}\`, ` +
    `put ${device} into PATCHBAY_DEVICES, or cancel the run and choose another device.`;
  await store.events.append(id, { type: 'note', message });
}
