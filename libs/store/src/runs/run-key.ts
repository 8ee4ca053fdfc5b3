import { notFound, type PatchbayError } from '@patchbay/contracts';
import { isUuid } from '../uuid-v7.js';

export const noSuchRun = (id: string): PatchbayError =>
  notFound(`There is no run ${id.slice(0, 64)}.`, 'List the runs to see their ids.');

/** `id` as Postgres and its notifications write it. @throws PatchbayError `not-found` for what cannot be a run's id */
export function runKey(id: string): string {
  if (!isUuid(id)) throw noSuchRun(id);
  return id.toLowerCase();
}
