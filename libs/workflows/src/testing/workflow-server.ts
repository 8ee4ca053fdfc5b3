import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTemporal } from '@patchbay/local-stack';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { computeQueue, CONTROL_QUEUE } from '../names.js';

export const codePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

/**
 * A real Temporal server.
 *
 * @param eventsPerExecution after which it suggests a new execution
 */
export async function startServer(eventsPerExecution: number): Promise<TestWorkflowEnvironment> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await findTemporal({ home: process.env['PATCHBAY_TEST_HOME'] ?? join(tmpdir(), 'patchbay-tests') });
  const extraArgs = ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${eventsPerExecution}`];
  return TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path }, extraArgs } });
}

/**
 * Serves both queues with some activities while `during` runs.
 *
 * @param slots activities that compute at once
 */
export async function serveWhile(
  { nativeConnection: connection }: TestWorkflowEnvironment,
  activities: object,
  during: (id: string) => Promise<void>,
  slots?: number,
): Promise<void> {
  const shared = { connection, activities, maxHeartbeatThrottleInterval: '500ms' } as const;
  const control = await Worker.create({ ...shared, taskQueue: CONTROL_QUEUE, workflowBundle: { codePath } });
  const compute = await Worker.create({
    ...{ ...shared, taskQueue: computeQueue('cpu') },
    maxConcurrentActivityTaskExecutions: slots,
  });
  await compute.runUntil(control.runUntil(during(randomUUID())));
}
