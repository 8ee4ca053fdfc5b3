// Scope: workflow code of today still takes the steps that runs of every release took. Histories are recorded by
// scripts/record-history.mjs and never deleted within one major version. Needs the workflow bundle.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_WORKFLOW, SWEEP_WORKFLOW } from './names.js';

const folder = fileURLToPath(new URL('../histories', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.binpb'));
const { History } = proto.temporal.api.history.v1;
// Protobuf, since its JSON needs one single copy of protobufjs in the whole tree.
const read = (file: string): ReturnType<typeof History.decode> => History.decode(readFileSync(`${folder}/${file}`));
const workflowBundle = { codePath: fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url)) };

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

describe('the history', () => {
  it.each(files)('%s replays', async (file) => {
    await Worker.runReplayHistory({ workflowBundle }, read(file), 'run');
  });

  it('of other steps does not', async () => {
    const history = read('0.1.0/succeeds.binpb');
    for (const { activityTaskScheduledEventAttributes: scheduled } of history.events) {
      if (scheduled?.activityType?.name === 'foldRound') scheduled.activityType.name = 'foldAnotherRound';
    }
    await expect(Worker.runReplayHistory({ workflowBundle }, history, 'run')).rejects.toThrow('foldAnotherRound');
  });

  it('is of either workflow, in each scenario', () => {
    expect(files.length).toBeGreaterThanOrEqual(9);
    for (const file of files) {
      const started = read(file).events[0]?.workflowExecutionStartedEventAttributes;
      expect(started?.workflowType?.name).toBe(file.includes('sweep') ? SWEEP_WORKFLOW : RUN_WORKFLOW);
    }
  });
});
