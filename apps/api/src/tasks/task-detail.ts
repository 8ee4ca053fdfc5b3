import { taskViewSchema } from '@patchbay/contracts';
import { z } from 'zod';

/** A prompt pair as people read it. */
export const taskExampleSchema = z
  .object({
    clean: z.string(),
    corrupted: z.string(),
    answers: z.array(z.string()),
    wrongs: z.array(z.string()),
  })
  .meta({ id: 'TaskExample' });
export type TaskExample = z.infer<typeof taskExampleSchema>;

export const taskDetailSchema = taskViewSchema
  .extend({ examples: z.array(taskExampleSchema).describe('the first pairs') })
  .meta({ id: 'TaskDetail' });
export type TaskDetail = z.infer<typeof taskDetailSchema>;

export const taskDetailQuerySchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('built-in or registered model whose words a generator uses; default the first built-in one'),
  examples: z.coerce.number().int().min(1).max(50).default(5).describe('how many pairs to show'),
});
export type TaskDetailQuery = z.infer<typeof taskDetailQuerySchema>;
