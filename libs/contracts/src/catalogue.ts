import { z } from 'zod';

/** A model's clean forward pass held against logits that other code computed. */
export const modelCheckSchema = z
  .object({
    source: z.string().describe('what computed the reference'),
    logits: z.int().describe('how many were compared'),
    largestDifference: z.number(),
    tolerance: z.number().describe('what the reference allows'),
    agrees: z.boolean(),
  })
  .meta({ id: 'ModelCheck' });
export type ModelCheck = z.infer<typeof modelCheckSchema>;

/** What the platform knows of a model before any run. */
export const modelViewSchema = z
  .object({
    name: z.string(),
    source: z.string().describe('builtin, folder, gguf file or hub address'),
    family: z.string(),
    layers: z.int(),
    heads: z.int(),
    keyValueHeads: z.int(),
    dModel: z.int(),
    dHead: z.int(),
    vocabulary: z.int(),
    context: z.int(),
    parameters: z.number(),
    sha256: z.string().nullable(),
    check: modelCheckSchema.optional().describe('absent: unchecked'),
  })
  .meta({ id: 'Model' });
export type ModelView = z.infer<typeof modelViewSchema>;

export const addModelSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore')
      .describe('the name that runs will use'),
    source: z.string().min(1).max(1024).describe('a folder, a .gguf file or hf:org/name'),
  })
  .meta({ id: 'AddModel' });
export type AddModel = z.infer<typeof addModelSchema>;

export const taskViewSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    kind: z.enum(['generator', 'bundled', 'file']),
    pairs: z.int().nullable().describe('null for a generator, which makes as many as asked for'),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof taskViewSchema>;

/** Largest task file that is taken: 10 000 pairs of a few hundred tokens, as text and ids. */
export const MAX_TASK_BYTES = 16 * 1024 * 1024;

export const addTaskSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore')
      .describe('the name that runs will use'),
    jsonl: z.string().min(1).max(MAX_TASK_BYTES).describe('one pair a line: clean, corrupted, answer, wrong'),
  })
  .meta({ id: 'AddTask' });
export type AddTask = z.infer<typeof addTaskSchema>;

export const referenceViewSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    model: z.string().describe('the model it was found in'),
    task: z.string(),
    ablation: z.enum(['resample', 'mean', 'zero']).describe('what a removed edge carried when it was found'),
    source: z.string().describe('where the list stands'),
    nodes: z.array(z.string()),
    edges: z.array(z.string()).nullable().describe('null where only nodes were published'),
    note: z.string().nullable(),
  })
  .meta({ id: 'ReferenceCircuit' });
export type ReferenceView = z.infer<typeof referenceViewSchema>;

export const methodViewSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    citation: z.string(),
    version: z.int(),
    needs: z.object({ model: z.boolean(), task: z.boolean(), corpus: z.boolean(), circuit: z.boolean().optional() }),
    params: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of the parameters, with defaults'),
  })
  .meta({ id: 'Method' });
export type MethodView = z.infer<typeof methodViewSchema>;
