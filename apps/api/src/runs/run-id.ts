import { ApiParam } from '@nestjs/swagger';
import { isRunId, notFound } from '@patchbay/contracts';

export const RunId = () => ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } });

/** Anything but a UUID names no run, and does not reach the database. @throws PatchbayError `not-found` */
export function runId(id: string): string {
  if (!isRunId(id)) throw notFound('There is no run by that id.', 'List the runs with GET /v1/runs.');
  return id;
}
