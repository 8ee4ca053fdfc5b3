import { z } from 'zod';
import { modelGraphSchema } from './result.js';
import { isRunId } from './run.js';

/** How a circuit is made of scores: one of the three ways, or all edges as they are given. */
export const circuitSelectionSchema = z.object({
  top: z.int().min(0).optional().describe('Keep the best n edges, pruned'),
  greedy: z.int().min(0).optional().describe('Keep n edges, best first from the logits back'),
  threshold: z.number().optional().describe('Keep edges that are worth more'),
  ranking: z
    .enum(['signed', 'absolute'])
    .default('absolute')
    .describe('What edges are worth: their importance, or its size'),
});
export type CircuitSelection = z.infer<typeof circuitSelectionSchema>;

/** Largest circuit file that the API takes; a larger one is named by its path where API and worker see it. */
export const MAX_SENT_CIRCUIT_BYTES = 32 * 1024 * 1024;

const circuitNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore')
  .refine((name) => !isRunId(name), 'a name that is not the id of a run')
  .describe('the name that evaluations will use');

/** Whether a text can be the name of a stored circuit; anything else names none. */
export const isCircuitName = (text: string): boolean => circuitNameSchema.safeParse(text).success;

export const addCircuitSchema = z
  .strictObject({
    name: circuitNameSchema,
    run: z.uuid().optional().describe('the run whose scores it is made of; or `file`'),
    file: z
      .string()
      .min(1)
      .max(MAX_SENT_CIRCUIT_BYTES)
      .optional()
      .describe('text of a circuit file in any known format; with `model`'),
    model: z.string().min(1).max(1024).optional().describe('the model that the file’s circuit is of'),
    ...circuitSelectionSchema.shape,
  })
  .refine(({ run, file }) => (run === undefined) !== (file === undefined), 'Give either `run` or `file`.')
  .refine(
    ({ file, model }) => (file === undefined) === (model === undefined),
    'Give `model` with `file`, and not else.',
  )
  .meta({ id: 'AddCircuit' });
export type AddCircuit = z.infer<typeof addCircuitSchema>;
export type AddCircuitInput = z.input<typeof addCircuitSchema>;

/** A circuit that somebody gave a name. */
export const circuitViewSchema = z
  .object({
    name: z.string(),
    model: z.string().describe('the model that it is of'),
    graph: modelGraphSchema,
    edges: z.int().describe('how many it has'),
    nodes: z.array(z.string()).describe('heads and MLPs that some of its edges enter or leave'),
    sha256: z.string().describe('over its scores and edges'),
    run: z.uuid().nullable().describe('the run whose scores it was made of; null for a file'),
    selection: circuitSelectionSchema.nullable().describe('how its edges were chosen; null where as they were given'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Circuit' });
export type CircuitView = z.infer<typeof circuitViewSchema>;

export const circuitListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(64).optional().describe('`next` of the page before'),
  model: z.string().max(1024).optional().describe('only circuits of this model'),
  node: z.string().max(64).optional().describe('only circuits that contain this head or MLP, as a9.h9'),
});
export type CircuitListQuery = z.infer<typeof circuitListQuerySchema>;

export const circuitPageSchema = z
  .object({ circuits: z.array(circuitViewSchema), next: z.string().nullable() })
  .meta({ id: 'CircuitPage' });
export type CircuitPage = z.infer<typeof circuitPageSchema>;
