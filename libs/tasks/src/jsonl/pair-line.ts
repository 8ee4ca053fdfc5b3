import { z } from 'zod';

const text = z.string().min(1, 'is empty');
const texts = z.union([text, z.array(text).min(1, 'is an empty list')], {
  error: 'must be a text or a list of texts, none of them empty',
});
const id = z.int().min(0);
const ids = z.array(id).min(1, 'is an empty list');
const idOrIds = z.union([id, ids], { error: 'must be a token id or a list of them' });

/** One line of a task file. Ids win over the text beside them; other keys are ignored. */
export const pairLineSchema = z.object({
  clean: text,
  corrupted: text,
  answer: texts,
  wrong: texts,
  clean_ids: ids.optional(),
  corrupted_ids: ids.optional(),
  negative: text.optional(),
  negative_ids: ids.optional(),
  answer_id: idOrIds.optional(),
  wrong_id: idOrIds.optional(),
  label: z.string().optional(),
});
export type PairLine = z.infer<typeof pairLineSchema>;

/** Answers may stand alone or in a list. */
export const asList = <T extends string | number>(value: T | readonly T[]): readonly T[] =>
  typeof value === 'object' ? value : [value];
