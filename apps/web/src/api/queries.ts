import { isFinal } from '@patchbay/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { RunFilters } from '../url/run-list-search.js';
import { api } from './client.js';

const LIST_REFRESH_MS = 3_000;
/** Behind the event stream, for when that is broken. */
const RUN_REFRESH_MS = 5_000;
const HEALTH_REFRESH_MS = 10_000;
/** One screen and a half; also what one refresh of a page costs. */
const PAGE_SIZE = 50;

export const runListQuery = (filters: RunFilters) =>
  infiniteQueryOptions({
    queryKey: ['runs', filters],
    queryFn: ({ pageParam }) => api.listRuns(filters, pageParam, PAGE_SIZE),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LIST_REFRESH_MS,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: () => api.getRun(id),
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.status) ? false : RUN_REFRESH_MS),
  });

export const resultQuery = (id: string) =>
  queryOptions({ queryKey: ['result', id], queryFn: () => api.getResult(id), staleTime: Infinity });

export const modelsQuery = queryOptions({ queryKey: ['models'], queryFn: api.listModels });
export const tasksQuery = queryOptions({ queryKey: ['tasks'], queryFn: api.listTasks });
export const methodsQuery = queryOptions({ queryKey: ['methods'], queryFn: api.listMethods, staleTime: 60_000 });
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: api.getHealth,
  refetchInterval: HEALTH_REFRESH_MS,
  retry: 1,
});
