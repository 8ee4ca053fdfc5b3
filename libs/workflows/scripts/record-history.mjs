// Records histories of the workflows for the replay test: `node scripts/record-history.mjs VERSION [SCENARIO…]`. Run it
// once for each release; the histories of earlier ones stay, because what they started may still be under way.
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporal } from '@patchbay/local-stack';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { cancelRun, computeQueue, CONTROL_QUEUE, startRun, wakeSweep, workflowBundlePath } from '../dist/index.js';
import { fakeActivities, fails, waitsForCancel } from '../dist/testing/fake-activities.js';
import { FakeSweep } from '../dist/testing/fake-sweep.js';

const [version, ...only] = process.argv.slice(2);
if (!version) throw new Error('usage: record-history.mjs VERSION [SCENARIO…]');
const folder = fileURLToPath(new URL(`../histories/${version}`, import.meta.url));

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const until = async (happened) => {
  while (!happened()) await sleep(50);
};

/** A scenario in which one run does this; it is recorded once `meanwhile` is done and the run has ended. */
const run = (scenario, meanwhile = async () => undefined) => {
  const { recorded, ...activities } = fakeActivities(scenario);
  return {
    activities,
    start: (client, id) => startRun(client, { runId: id, device: 'cpu' }),
    meanwhile: (client, id) => meanwhile(client, id, recorded),
  };
};
/** A scenario of a sweep of so many points. */
const sweep = (points, options, meanwhile = async () => undefined) => {
  const record = new FakeSweep(points, { inFlight: 2, ...options });
  return {
    activities: record.activities,
    start: wakeSweep,
    meanwhile: (client, id) => meanwhile(client, id, record),
  };
};

/** With so few events in an execution that a long run, or sweep, goes on in a new one. */
const EVENTS_PER_EXECUTION = 60;
const scenarios = {
  succeeds: run({ rounds: [3, 2] }),
  retries: run({ rounds: [2], onUnit: (_, attempt) => (attempt === 1 ? fails('unavailable', attempt) : undefined) }),
  fails: run({
    rounds: [3],
    onUnit: ({ unit }, attempt) => (unit === 1 ? fails('invalid-input', attempt) : waitsForCancel()),
  }),
  cancelled: run({ rounds: [3], onUnit: waitsForCancel }, async (client, id, recorded) => {
    await until(() => recorded.inFlight === 2);
    await cancelRun(client, id);
  }),
  'continues-as-new': run({ rounds: [20] }),
  sweep: sweep(4, { onStart: (id) => (id.endsWith('1') ? fails('invalid-input', 1) : undefined) }),
  'sweep-appended-to': sweep(3, { onStart: () => sleep(300) }, async (client, id, record) => {
    await until(() => record.begun.length > 0);
    record.append(2);
    await wakeSweep(client, id);
  }),
  'sweep-cancelled': sweep(4, { onStart: waitsForCancel }, async (client, id, record) => {
    await until(() => record.begun.length === 2);
    record.state = 'cancelled';
    await wakeSweep(client, id);
  }),
  'sweep-continues-as-new': sweep(12, {}),
};

Runtime.install({ logger: new DefaultLogger('ERROR') });
const home = process.env.PATCHBAY_HOME ?? join(homedir(), '.patchbay');
const server = await TestWorkflowEnvironment.createLocal({
  client: { identity: 'recorder' },
  server: {
    executable: { type: 'existing-path', path: await findTemporal({ home }) },
    extraArgs: ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${EVENTS_PER_EXECUTION}`],
  },
});
/** Stack traces hold paths of the machine that recorded, and replay does not look at them. */
function withoutTraces(failure) {
  if (!failure) return;
  failure.stackTrace = '';
  withoutTraces(failure.cause);
}

await mkdir(folder, { recursive: true });
for (const [name, { activities, start, meanwhile }] of Object.entries(scenarios)) {
  if (only.length > 0 && !only.includes(name)) continue;
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
    const { workflow } = server.client;
    await start(server.client, name);
    const { runId: firstExecution } = await workflow.getHandle(name).describe();
    await meanwhile(server.client, name);
    await workflow
      .getHandle(name)
      .result()
      .catch(() => undefined);
    const history = await workflow.getHandle(name, firstExecution).fetchHistory();
    for (const event of history.events) {
      withoutTraces(event.activityTaskFailedEventAttributes?.failure);
      withoutTraces(event.activityTaskStartedEventAttributes?.lastFailure);
      withoutTraces(event.childWorkflowExecutionFailedEventAttributes?.failure);
    }
    await writeFile(join(folder, `${name}.binpb`), proto.temporal.api.history.v1.History.encode(history).finish());
  };
  await compute.runUntil(control.runUntil(record()));
}
await server.teardown();
