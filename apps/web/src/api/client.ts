import {
  estimateSchema,
  methodViewSchema,
  modelViewSchema,
  problemSchema,
  resultSchema,
  runPageSchema,
  runViewSchema,
  taskViewSchema,
  type Estimate,
  type MethodView,
  type ModelView,
  type Result,
  type RunPage,
  type RunRequestInput,
  type RunView,
  type TaskView,
} from '@patchbay/contracts';
import type { RunFilters } from '../url/run-list-search.js';
import { ApiError, localProblem } from './api-error.js';
import { readHealth, type Health } from './health.js';

/** What reads an answer: a schema of the contracts. */
interface Reader<T> {
  parse(value: unknown): T;
}

const modelsSchema = modelViewSchema.array();
const tasksSchema = taskViewSchema.array();
const methodsSchema = methodViewSchema.array();

/** The API, one function a route. Each throws `ApiError`. */
export const api = {
  listRuns: (filters: RunFilters, cursor: string | undefined, limit: number): Promise<RunPage> =>
    ask(runPageSchema, `/v1/runs?${queryOf({ ...filters, cursor, limit: String(limit) })}`),
  getRun: (id: string): Promise<RunView> => ask(runViewSchema, runPath(id)),
  getResult: (id: string): Promise<Result> => ask(resultSchema, resultPath(id)),
  submitRun: (request: RunRequestInput, idempotencyKey: string): Promise<RunView> =>
    ask(runViewSchema, '/v1/runs', post(request, { 'Idempotency-Key': idempotencyKey })),
  estimateRun: (request: RunRequestInput): Promise<Estimate> => ask(estimateSchema, '/v1/runs/estimate', post(request)),
  cancelRun: (id: string): Promise<RunView> => ask(runViewSchema, `${runPath(id)}/cancel`, { method: 'POST' }),
  listModels: (): Promise<ModelView[]> => ask(modelsSchema, '/v1/models'),
  listTasks: (): Promise<TaskView[]> => ask(tasksSchema, '/v1/tasks'),
  listMethods: (): Promise<MethodView[]> => ask(methodsSchema, '/v1/methods'),
  /** Health is told by the body; its status is 503 when Postgres is away. */
  getHealth: async (): Promise<Health> => readHealth(await jsonOf(await send('/v1/health'))),
};

const runPath = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`;
export const resultPath = (id: string): string => `${runPath(id)}/result`;
export const eventsPath = (id: string): string => `${runPath(id)}/events`;

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
}

function queryOf(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}

async function ask<T>(reader: Reader<T>, path: string, init?: RequestInit): Promise<T> {
  const response = await send(path, init);
  const body = await jsonOf(response);
  if (!response.ok) {
    const problem = problemSchema.safeParse(body);
    throw new ApiError(problem.success ? problem.data : unreadable(response));
  }
  return reader.parse(body);
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiError(localProblem('The API does not answer.', 'Check that Patchbay is running: `npm start`.'));
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiError(unreadable(response));
  }
}

const unreadable = (response: Response) =>
  localProblem(
    `The API gave an answer that is not its own (status ${response.status}).`,
    'Look whether a proxy stands in between, and at the log of the API.',
  );
