import { z } from 'zod';
import { estimateSchema } from './estimate.js';
import { runRequestSchema } from './run.js';

/** A number that JSON cannot hold (NaN, ±Infinity) never reaches a result: methods refuse it where it arises. */
const effects = z.record(z.string(), z.number());

/** A small named table: what a method has to say beyond scores. Rows hold one cell per column. */
export const tableSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});
export type Table = z.infer<typeof tableSchema>;

/** What decides which edges a model's graph has. */
export const modelGraphSchema = z.object({
  layers: z.int(),
  heads: z.int(),
  mlps: z.boolean(),
  parallel: z.boolean().optional().describe('attention and MLP of a layer read the same residual stream'),
  positionSource: z.boolean().optional().describe('position embeddings are a source of their own'),
});
export type ModelGraph = z.infer<typeof modelGraphSchema>;

/** A file that a run leaves behind beside its result, such as a trained autoencoder. */
export const artifactSchema = z.object({
  sha256: z.string(),
  bytes: z.int(),
  mediaType: z.string(),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** A file in memory. */
export interface ArtifactFile {
  mediaType: string;
  bytes: Uint8Array;
}

/** Everything it takes to repeat a run, every convention named. */
export const manifestSchema = z.object({
  patchbay: z.string().describe('version of Patchbay'),
  request: runRequestSchema.describe('as submitted, with defaults filled in'),
  method: z.object({ id: z.string(), version: z.int(), params: z.record(z.string(), z.unknown()) }),
  model: z.object({
    name: z.string(),
    family: z.string(),
    sha256: z.string().describe('over the weight files, in order'),
    tokenizerSha256: z.string(),
    revision: z.string().nullable().describe('commit of a hub model'),
    graph: modelGraphSchema.optional().describe('its edge graph: what the names of nodes and edges mean'),
  }),
  task: z.object({ name: z.string(), sha256: z.string().describe('over the token ids used'), pairs: z.int() }),
  circuit: z
    .object({ name: z.string(), sha256: z.string().describe('over its scores and edges'), edges: z.int() })
    .optional()
    .describe('the circuit that was evaluated, where there was one'),
  engine: z.object({ onnxruntime: z.string(), device: z.string(), dtype: z.literal('float32') }),
  machine: z.object({ platform: z.string(), arch: z.string(), cpus: z.int(), node: z.string() }),
  conventions: z.record(z.string(), z.string()).describe('signs, ranking, ablation, positions, in words'),
  estimate: estimateSchema.optional().describe('made before the run, to be held against `seconds` and `memory`'),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Which sign turns an effect into importance, as a method's conventions have it; null where they do not say. */
export function importanceSign(conventions: Readonly<Record<string, string>>): 1 | -1 | null {
  if (conventions['importance'] === 'effect') return 1;
  return conventions['importance'] === '-effect' ? -1 : null;
}

/** The result file: what `discover --out` writes and a finished run holds. */
export const resultSchema = z
  .object({
    manifest: manifestSchema,
    baseline: z.object({ clean: z.number(), corrupted: z.number() }),
    nodes: effects.describe('effect = metric(patched) − metric(base), mean over the pairs that have it'),
    edges: effects,
    perExample: z.record(z.string(), z.array(z.number().nullable())).describe('null where a pair lacks the site'),
    tables: z.record(z.string(), tableSchema),
    artifacts: z.record(z.string(), artifactSchema).optional().describe('files beside the result, by name'),
    seconds: z.object({ load: z.number(), compute: z.number() }),
    memory: z.object({
      peakBytes: z.number().describe('largest resident memory of a compute process'),
      halvings: z.int().optional().describe('batches that were halved for want of memory; absent: none'),
    }),
  })
  .meta({ id: 'Result' });
export type Result = z.infer<typeof resultSchema>;
