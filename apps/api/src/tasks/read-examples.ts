import { z } from 'zod';
import type { TaskExample } from './task-detail.js';

const texts = z.union([z.string(), z.array(z.string())]);
const lineSchema = z.object({ clean: z.string(), corrupted: z.string(), answer: texts, wrong: texts });

/** The first pairs of a registered task, as its lines have them (they were checked when it was registered). */
export function readExamples(jsonl: string, count: number): TaskExample[] {
  const lines = jsonl.replace(/^\uFEFF/, '').split('\n');
  const written = lines.filter((line) => line.trim() !== '').slice(0, count);
  return written.map((line) => {
    const { clean, corrupted, answer, wrong } = lineSchema.parse(JSON.parse(line));
    return { clean, corrupted, answers: [answer].flat(), wrongs: [wrong].flat() };
  });
}
