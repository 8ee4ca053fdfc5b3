import { runStatusSchema, type RunStatus } from '@patchbay/contracts';
import { pick } from './plain-search.js';

/** What the list of runs is narrowed to; each filter on its own, all of them together. */
export interface RunFilters {
  status?: RunStatus;
  method?: string;
  model?: string;
  task?: string;
  tag?: string;
}

/** Reads the filters from the address; a status that does not exist is no filter. */
export function readRunFilters(search: Record<string, unknown>): RunFilters {
  const { status, ...texts } = pick(search, ['status', 'method', 'model', 'task', 'tag']);
  const filters: RunFilters = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
  const known = runStatusSchema.safeParse(status);
  return known.success ? { ...filters, status: known.data } : filters;
}

/** The filters with one of them changed; an empty text takes it away. */
export function withFilter(filters: RunFilters, name: keyof RunFilters, text: string | null): RunFilters {
  return readRunFilters({ ...filters, [name]: text ?? '' });
}
