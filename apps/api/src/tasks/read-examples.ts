import { z } from 'zod';
import type { TaskExample } from './task-detail.js';

const words = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]).optional();
/** A line of a registered task, checked when it was registered: texts, or ids where there are no texts. */
const lineSchema = z.object({
  clean: words,
  clean_ids: words,
  corrupted: words,
  corrupted_ids: words,
  answer: words,
  answer_id: words,
  wrong: words,
  wrong_id: words,
});

/** The first pairs of a registered task, as its lines have them. */
export function readExamples(jsonl: string, count: number): TaskExample[] {
  const lines = jsonl.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, count).map((line) => {
    const pair = lineSchema.parse(JSON.parse(line));
    return {
      clean: asList(pair.clean ?? pair.clean_ids).join(' '),
      corrupted: asList(pair.corrupted ?? pair.corrupted_ids).join(' '),
      answers: asList(pair.answer ?? pair.answer_id),
      wrongs: asList(pair.wrong ?? pair.wrong_id),
    };
  });
}

const asList = (value: z.infer<typeof words>): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
