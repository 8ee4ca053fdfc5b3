import { CIRCUIT_FORMATS } from '@patchbay/circuit';
import { circuitSelectionSchema } from '@patchbay/contracts';
import { z } from 'zod';

const [format, ...formats] = CIRCUIT_FORMATS;
const { top, greedy, threshold, ranking } = circuitSelectionSchema.shape;

/** How a circuit is chosen and written, as a query has it: every value a text. */
export const exportQuerySchema = z.strictObject({
  format: z.enum([format ?? 'mib', ...formats]).default('mib'),
  top: z.coerce.number().int().min(0).optional().describe(`${top.description}; all that is listed if absent`),
  greedy: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(greedy.description ?? ''),
  threshold: z.coerce
    .number()
    .optional()
    .describe(threshold.description ?? ''),
  ranking,
});
export type ExportQuery = z.infer<typeof exportQuerySchema>;
