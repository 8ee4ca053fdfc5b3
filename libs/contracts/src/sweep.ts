import { z } from 'zod';
import { deviceSchema, runRequestSchema, runStatusSchema, runViewSchema } from './run.js';

export const MAX_SWEEP_POINTS = 10_000;
/** Runs of one sweep under way at once: more than that only wait in a queue. */
const MAX_IN_FLIGHT = 100;

const { model, task, method, circuit, params, pairs, seed, name, tags } = runRequestSchema.shape;

/** Part of a run request; what it leaves open, the base or the contract's defaults fill in. */
const partialRequestSchema = z
  .strictObject({
    ...{ model, task, method, circuit, pairs },
    params: params.unwrap(),
    seed: seed.unwrap(),
    device: deviceSchema,
  })
  .partial();
export type PartialRequest = z.infer<typeof partialRequestSchema>;

const AXIS_NAME = /^(model|task|method|circuit|pairs|seed|device|params\.[A-Za-z]\w{0,63})$/;
/** A record by axis. */
const axesSchema = <T extends z.ZodType>(valueSchema: T) =>
  z.record(z.string().regex(AXIS_NAME), valueSchema, {
    error: ({ code }) =>
      code === 'invalid_key'
        ? 'An axis is model, task, method, circuit, pairs, seed, device, or a parameter as params.NAME.'
        : undefined,
  });
const valuesSchema = z.array(z.unknown()).min(1).max(MAX_SWEEP_POINTS).describe('The values that it takes');
const rangeSchema = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    scale: z.enum(['linear', 'log']).default('linear').describe('Uniform in the value or in its logarithm'),
    whole: z.boolean().default(false).describe('Whole numbers only, both ends included'),
  })
  .refine(({ from, to }) => from <= to, { message: 'from is larger than to', path: ['to'] })
  .refine(({ from, scale }) => scale === 'linear' || from > 0, {
    message: 'a log scale starts above 0',
    path: ['from'],
  });
export type Range = z.infer<typeof rangeSchema>;

const pointsShape = {
  base: partialRequestSchema.default({}).describe('What all points share'),
  grid: axesSchema(valuesSchema).optional().describe('Every combination of the values; the last axis turns fastest'),
  list: z.array(partialRequestSchema).min(1).max(MAX_SWEEP_POINTS).optional().describe('The points one by one'),
  sample: z
    .strictObject({
      axes: axesSchema(z.union([valuesSchema, rangeSchema])),
      count: z.int().min(1).max(MAX_SWEEP_POINTS),
      seed: seed.describe('The same seed draws the same points'),
    })
    .optional()
    .describe('Points drawn at random, each axis by itself'),
};
const hasOneKind = ({ grid, list, sample }: { grid?: unknown; list?: unknown; sample?: unknown }): boolean =>
  [grid, list, sample].filter((kind) => kind !== undefined).length === 1;
const oneKind = { message: 'Give one of grid, list and sample.' };

/** The points of a sweep: run requests in short. */
export const sweepPointsSchema = z.strictObject(pointsShape).refine(hasOneKind, oneKind).meta({ id: 'SweepPoints' });
export type SweepPoints = z.infer<typeof sweepPointsSchema>;

export const sweepRequestSchema = z
  .strictObject({
    ...pointsShape,
    ...{ name, tags },
    inFlight: z.int().min(1).max(MAX_IN_FLIGHT).default(4).describe('Runs under way at once'),
    reuse: z
      .boolean()
      .default(true)
      .describe('Take over the result of a finished run with the same manifest instead of computing it again'),
  })
  .refine(hasOneKind, oneKind)
  .meta({ id: 'SweepRequest' });
export type SweepRequest = z.infer<typeof sweepRequestSchema>;
export type SweepRequestInput = z.input<typeof sweepRequestSchema>;

/** What a sweep would be if it were submitted. */
export const sweepPreviewSchema = z
  .object({
    points: z.int().describe('runs that there would be'),
    duplicates: z.int().describe('points left out because another asks for the same'),
    estimate: z
      .object({
        of: z.int().describe('points that were estimated, spread evenly over the sweep; the sum is scaled from them'),
        seconds: z.number().describe('of computing, all points one after another, on the machine of the API'),
        peakBytes: z.number().describe('the largest of those estimated'),
      })
      .nullable()
      .describe('null where a model would have to be fetched first'),
  })
  .meta({ id: 'SweepPreview' });
export type SweepPreview = z.infer<typeof sweepPreviewSchema>;

export const sweepStatusSchema = z.enum(['running', 'paused', 'cancelled', 'finished']);
export type SweepStatus = z.infer<typeof sweepStatusSchema>;

export const sweepViewSchema = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    tags: z.array(z.string()),
    status: sweepStatusSchema.describe('finished: every point has ended, whichever way'),
    inFlight: z.int(),
    reuse: z.boolean(),
    points: z.int(),
    counts: z.record(runStatusSchema, z.int()).describe('points by the status of their run'),
    reused: z.int().describe('points that took over the result of an earlier run'),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable().describe('when the last point ended; null while some have not'),
  })
  .meta({ id: 'Sweep' });
export type SweepView = z.infer<typeof sweepViewSchema>;

export const sweepListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(50).default(20),
  cursor: z.string().max(200).optional().describe('`next` of the page before'),
});
export type SweepListQuery = z.infer<typeof sweepListQuerySchema>;

export const sweepPageSchema = z
  .object({ sweeps: z.array(sweepViewSchema), next: z.string().nullable() })
  .meta({ id: 'SweepPage' });
export type SweepPage = z.infer<typeof sweepPageSchema>;

export const pointListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('`next` of the page before'),
  status: runStatusSchema.optional(),
});
export type PointListQuery = z.infer<typeof pointListQuerySchema>;

export const pointPageSchema = z
  .object({
    points: z.array(z.object({ point: z.int().describe('from 0'), run: runViewSchema })),
    next: z.int().nullable().describe('give it as `after` for the next page'),
  })
  .meta({ id: 'PointPage' });
export type PointPage = z.infer<typeof pointPageSchema>;
