import { circuitOfResult, EdgeGraph } from '@patchbay/circuit';
import { importanceSign, PatchbayError, type ErrorReport, type Result, type RunStatus } from '@patchbay/contracts';
import { appendEvent } from '../events/append-event.js';
import type { Prisma, PrismaClient } from '../generated/client.js';
import { uuidV7 } from '../uuid-v7.js';
import { noSuchRun } from './run-key.js';

/** → failed or cancelled; no effect on a run that has ended. */
export async function stopRun(
  database: PrismaClient,
  id: string,
  status: 'failed' | 'cancelled',
  error: ErrorReport | null,
): Promise<void> {
  await database.$transaction(async (transaction) => {
    const report = error && JSON.stringify(error);
    const changed = await transaction.$executeRaw`
      UPDATE "Run" SET status = ${status}::"RunStatus", error = ${report}::jsonb, "finishedAt" = now()
      WHERE id = ${id}::uuid AND status IN ('queued', 'running')`;
    if (changed === 1) await appendEvent(transaction, id, { type: 'status', status, error });
    else await statusOf(transaction, id);
  });
}

/** running → succeeded, with its result and its circuit's nodes. Repeating it has no effect. */
export async function succeedRun(database: PrismaClient, id: string, result: Result, sha256: string): Promise<void> {
  await database.$transaction(async (transaction) => {
    const changed = await transaction.$executeRaw`
      UPDATE "Run" SET status = 'succeeded', "resultSha256" = ${sha256}, "finishedAt" = now()
      WHERE id = ${id}::uuid AND status = 'running'`;
    if (changed === 1) {
      await insertCircuit(transaction, id, result);
      await appendEvent(transaction, id, { type: 'status', status: 'succeeded', error: null });
      return;
    }
    const status = await statusOf(transaction, id);
    if (status !== 'succeeded') throw wrongStatus(id, status);
  });
}

/** @throws PatchbayError `not-found` */
export async function statusOf(database: Prisma.TransactionClient, id: string): Promise<RunStatus> {
  const run = await database.run.findUnique({ where: { id }, select: { status: true } });
  if (run === null) throw noSuchRun(id);
  return run.status;
}

export const wrongStatus = (id: string, status: RunStatus): PatchbayError =>
  new PatchbayError(
    'conflict',
    `Run ${id} is ${status}.`,
    'Only a run under way goes on: submit it again as a new one.',
  );

async function insertCircuit(transaction: Prisma.TransactionClient, runId: string, result: Result): Promise<void> {
  const circuitId = uuidV7();
  const names = Object.keys(result.nodes);
  const effects = Object.values(result.nodes);
  if (names.length + Object.keys(result.edges).length === 0) return;
  await transaction.circuit.create({ data: { id: circuitId, runId, edges: edgeColumn(result) } });
  const sign = importanceSign(result.manifest.conventions);
  await transaction.$executeRaw`
    INSERT INTO "CircuitNode" ("circuitId", name, effect, importance)
    SELECT ${circuitId}::uuid, node.name, node.effect, node.effect * ${sign}::float8
    FROM unnest(${names}::text[], ${effects}::float8[]) AS node (name, effect)`;
}

/**
 * Importance of every edge, float32 in the graph's canonical order, NaN where it has none; null where a method has no
 * edges or its edges are none of the graph's (pairs of heads).
 */
function edgeColumn({ edges, tables, manifest }: Result): Uint8Array<ArrayBuffer> | null {
  if (Object.keys(edges).length === 0 || !manifest.model.graph) return null;
  const graph = new EdgeGraph(manifest.model.graph);
  if (Object.keys(edges).some((name) => graph.edgeNamed(name) === undefined)) return null;
  const { scores } = circuitOfResult({ nodes: {}, edges, tables, manifest }, graph);
  return new Uint8Array(Float32Array.from(scores).buffer);
}
