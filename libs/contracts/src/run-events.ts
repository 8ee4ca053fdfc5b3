import { z } from 'zod';
import { errorReportSchema, progressSchema, runStatusSchema } from './run.js';

/** One line of a run's history; `id` grows and is the SSE event id, so a client resumes where it stopped. */
export const runEventSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('status'), status: runStatusSchema, error: errorReportSchema.nullable() }),
      z.object({ type: z.literal('progress'), progress: progressSchema }),
      z.object({ type: z.literal('unit'), round: z.int(), unit: z.int(), attempt: z.int(), seconds: z.number() }),
      z.object({ type: z.literal('note'), message: z.string() }),
    ]),
  })
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventBody = RunEvent['event'];
