import { type Circuit, circuitBytes, countKept, keptNodes, writeCircuit } from '@patchbay/circuit';
import {
  type CircuitListQuery,
  type CircuitPage,
  type CircuitSelection,
  type CircuitView,
  isCircuitName,
  isRunId,
  type ModelGraph,
  notFound,
  PatchbayError,
} from '@patchbay/contracts';
import { sha256Of } from '../artifacts/content-address.js';
import { Prisma, type PrismaClient, type StoredCircuit } from '../generated/client.js';
import type { CircuitStore, NewCircuit, RunStore } from '../store.js';
import { fromColumns, toColumns } from './circuit-columns.js';

type ViewRow = Omit<StoredCircuit, 'scores' | 'kept'> & { nodes: { node: string }[] };

/** All columns but the long ones. */
const viewed = { omit: { scores: true, kept: true }, include: { nodes: { orderBy: { place: 'asc' } } } } as const;

export class PostgresCircuitStore implements CircuitStore {
  constructor(
    private readonly database: PrismaClient,
    private readonly runs: Pick<RunStore, 'result'>,
  ) {}

  async add({ name, model, circuit, run, selection }: NewCircuit): Promise<CircuitView> {
    const { graph, kept } = circuit;
    const nodes = keptNodes(graph, kept);
    const sha256 = sha256Of(circuitBytes(circuit));
    const stored = await this.database.$transaction(async (transaction) => {
      const { count } = await transaction.storedCircuit.createMany({
        data: {
          ...{ name, model, sha256, runId: run ?? null, edges: countKept(kept) },
          ...{ graph: { ...graph.shape }, selection: selection ?? Prisma.DbNull, ...toColumns(circuit) },
        },
        skipDuplicates: true,
      });
      if (count === 1) {
        await transaction.storedCircuitNode.createMany({
          data: nodes.map((node, place) => ({ circuit: name, node, place })),
        });
      }
      return transaction.storedCircuit.findUniqueOrThrow({ where: { name }, ...viewed });
    });
    if (stored.sha256 === sha256 && stored.model === model) return view(stored);
    throw new PatchbayError(
      'conflict',
      `There is another circuit named ${name}.`,
      'Choose another name, or delete the other one first.',
    );
  }

  async list({ limit, after, model, node }: CircuitListQuery): Promise<CircuitPage> {
    const rows = await this.database.storedCircuit.findMany({
      where: {
        ...(after !== undefined && { name: { gt: after } }),
        ...(model !== undefined && { model }),
        ...(node !== undefined && { nodes: { some: { node } } }),
      },
      orderBy: { name: 'asc' },
      take: limit + 1,
      ...viewed,
    });
    const page = rows.slice(0, limit);
    return { circuits: page.map(view), next: rows.length > limit ? (page.at(-1)?.name ?? null) : null };
  }

  async get(name: string): Promise<CircuitView> {
    const row = await this.database.storedCircuit.findUnique({ where: { name }, ...viewed });
    if (row === null) throw noSuchCircuit();
    return view(row);
  }

  async circuit(name: string): Promise<Circuit> {
    const row = await this.database.storedCircuit.findUnique({ where: { name } });
    if (row === null) throw noSuchCircuit();
    return fromColumns(row.graph as ModelGraph, row);
  }

  async text(reference: string): Promise<string | undefined> {
    if (isRunId(reference)) return JSON.stringify(await this.runs.result(reference));
    if (!isCircuitName(reference)) return undefined; // a path may hold what a query cannot
    const row = await this.database.storedCircuit.findUnique({ where: { name: reference } });
    return row === null ? undefined : writeCircuit(fromColumns(row.graph as ModelGraph, row), 'mib');
  }

  async delete(name: string): Promise<void> {
    const { count } = await this.database.storedCircuit.deleteMany({ where: { name } });
    if (count === 0) throw noSuchCircuit();
  }
}

const view = ({ name, model, graph, edges, nodes, sha256, runId, selection, createdAt }: ViewRow): CircuitView => ({
  ...{ name, model, edges, sha256, run: runId, createdAt: createdAt.toISOString() },
  graph: graph as ModelGraph,
  nodes: nodes.map(({ node }) => node),
  selection: selection as CircuitSelection | null,
});

const noSuchCircuit = (): PatchbayError =>
  notFound('There is no circuit by that name.', 'List the circuits with GET /v1/circuits.');
