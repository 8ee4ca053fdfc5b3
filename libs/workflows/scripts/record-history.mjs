// Records histories of the run workflow for the replay test: `node scripts/record-history.mjs VERSION`. Run it once for
// each release; the histories of earlier ones stay, because runs that they started may still be under way.
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporal } from '@patchbay/local-stack';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { cancelRun, computeQueue, CONTROL_QUEUE, startRun, workflowBundlePath } from '../dist/index.js';
import { fakeActivities, fails, waitsForCancel } from '../dist/testing/fake-activities.js';

const version = process.argv[2];
if (!version) throw new Error('usage: record-history.mjs VERSION');
const folder = fileURLToPath(new URL(`../histories/${version}`, import.meta.url));

/** What a unit of each scenario does; the number of events after which a run goes on in a new execution. */
const scenarios = {
  succeeds: { rounds: [3, 2] },
  retries: { rounds: [2], onUnit: (_, attempt) => (attempt === 1 ? fails('unavailable', attempt) : undefined) },
  fails: {
    rounds: [3],
    onUnit: ({ unit }, attempt) => (unit === 1 ? fails('invalid-input', attempt) : waitsForCancel()),
  },
  cancelled: { rounds: [3], onUnit: waitsForCancel },
  'continues-as-new': { rounds: [20] },
};

Runtime.install({ logger: new DefaultLogger('ERROR') });
const home = process.env.PATCHBAY_HOME ?? join(homedir(), '.patchbay');
const server = await TestWorkflowEnvironment.createLocal({
  client: { identity: 'recorder' },
  server: {
    executable: { type: 'existing-path', path: await findTemporal({ home }) },
    extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  },
});
/** Stack traces hold paths of the machine that recorded, and replay does not look at them. */
function withoutTraces(failure) {
  if (!failure) return;
  failure.stackTrace = '';
  withoutTraces(failure.cause);
}

await mkdir(folder, { recursive: true });
for (const [name, scenario] of Object.entries(scenarios)) {
  const { recorded, ...activities } = fakeActivities(scenario);
  const shared = {
    connection: server.nativeConnection,
    identity: 'recorder',
    activities,
    maxHeartbeatThrottleInterval: '500ms',
  };
  const control = await Worker.create({
    ...shared,
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: workflowBundlePath },
  });
  const compute = await Worker.create({ ...shared, taskQueue: computeQueue('cpu') });
  const record = async () => {
    await startRun(server.client, { runId: name, device: 'cpu' });
    const { runId: firstExecution } = await server.client.workflow.getHandle(name).describe();
    while (name === 'cancelled' && recorded.inFlight < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    if (name === 'cancelled') await cancelRun(server.client, name);
    await server.client.workflow
      .getHandle(name)
      .result()
      .catch(() => undefined);
    const history = await server.client.workflow.getHandle(name, firstExecution).fetchHistory();
    for (const event of history.events) {
      withoutTraces(event.activityTaskFailedEventAttributes?.failure);
      withoutTraces(event.activityTaskStartedEventAttributes?.lastFailure);
    }
    await writeFile(join(folder, `${name}.binpb`), proto.temporal.api.history.v1.History.encode(history).finish());
  };
  await compute.runUntil(control.runUntil(record()));
}
await server.teardown();
