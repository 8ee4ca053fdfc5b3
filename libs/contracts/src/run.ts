import { z } from 'zod';

/** Execution providers a run may name. One that cannot start is an error, never a silent fall-back. */
export const deviceSchema = z.enum(['cpu', 'webgpu', 'cuda']);
export type Device = z.infer<typeof deviceSchema>;

export const runStatusSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatusSchema>;
export const isFinal = (status: RunStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** Largest number of prompt pairs a run may ask for: it bounds memory, since per-example values are kept. */
export const MAX_PAIRS = 10_000;

/** What somebody asks for: method × model × task × parameters × seed. */
export const runRequestSchema = z
  .strictObject({
    model: z.string().min(1).max(1024).describe('Built-in or registered name, a folder, a .gguf file, or hf:org/name'),
    task: z.string().min(1).max(1024).describe('A generator, a bundled set, a registered name or a JSONL file'),
    method: z.string().min(1).max(64).describe('Method id'),
    circuit: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .describe('For methods that evaluate one: a reference or stored circuit, the id of a run, or the path of a file'),
    params: z.record(z.string(), z.unknown()).default({}).describe("The method's parameters; defaults fill the rest"),
    pairs: z.int().min(1).max(MAX_PAIRS).optional().describe('Take the first N prompt pairs; all if absent'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0)
      .describe('Seed of everything random in the run'),
    device: deviceSchema.default('cpu').describe('Execution provider'),
    name: z.string().max(200).optional().describe('A name for people'),
    tags: z.array(z.string().min(1).max(64)).max(32).default([]).describe('Labels to find the run by'),
  })
  .meta({ id: 'RunRequest' });
export type RunRequest = z.infer<typeof runRequestSchema>;
export type RunRequestInput = z.input<typeof runRequestSchema>;

/** Whether a text can be the id of a run; anything else names no run. */
export const isRunId = (text: string): boolean => z.uuid().safeParse(text).success;

/** How far a run is: `done` of `total` in the method's own units of work, fractions of a unit included. */
export const progressSchema = z
  .object({
    stage: z.string(),
    done: z.number().min(0),
    total: z.number().min(0),
    etaSeconds: z.number().min(0).nullable(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof progressSchema>;

export const errorReportSchema = z
  .object({ kind: z.string(), message: z.string(), action: z.string() })
  .meta({ id: 'ErrorReport' });

export const runViewSchema = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    tags: z.array(z.string()),
    status: runStatusSchema,
    request: runRequestSchema,
    progress: progressSchema.nullable(),
    error: errorReportSchema.nullable(),
    attempts: z.int().describe('Units of work that had to be started again'),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    sweepId: z.uuid().optional().describe('the sweep it is a point of'),
    reusedFrom: z.uuid().optional().describe('the run with the same manifest whose result it took over'),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof runViewSchema>;

export const runListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().describe('`next` of the page before'),
  status: runStatusSchema.optional(),
  method: z.string().max(64).optional(),
  model: z.string().max(1024).optional(),
  task: z.string().max(1024).optional(),
  tag: z.string().max(64).optional(),
});
export type RunListQuery = z.infer<typeof runListQuerySchema>;

export const runPageSchema = z
  .object({ runs: z.array(runViewSchema), next: z.string().nullable() })
  .meta({ id: 'RunPage' });
export type RunPage = z.infer<typeof runPageSchema>;
