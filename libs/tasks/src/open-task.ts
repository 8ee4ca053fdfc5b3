import { readFile, stat } from 'node:fs/promises';
import { invalidInput, MAX_PAIRS, MAX_TASK_BYTES, notFound } from '@patchbay/contracts';
import type { ModelFiles } from '@patchbay/transformer';
import { bundledSets, readBundled } from './bundled.js';
import { generatePairs } from './generate-pairs.js';
import { generators } from './generators/index.js';
import { hashPairs } from './hash-pairs.js';
import { encodeLine } from './jsonl/encode-line.js';
import { parseJsonl, tooLarge, type NumberedLine } from './jsonl/parse-jsonl.js';
import type { Pair, Task } from './pair.js';
import { parseCases } from './tracr/parse-cases.js';

/** How many pairs a generator makes where nobody says: METHODS' "at least 50" with some to spare. */
const DEFAULT_PAIRS = 64;

export interface OpenTaskOptions {
  model: ModelFiles;
  /** take the first N; all of a file, 64 of a generator where absent */
  pairs?: number;
  /** of generators; files have none */
  seed: number;
  /** text of a registered task, which wins over the reference */
  jsonl?: string;
}

/**
 * A task made ready for one model.
 * @param reference a generator, a bundled set, the path of a `.jsonl` file or of a Tracr
 *   program's `cases.json`, or the name that `jsonl` is registered under
 * @throws PatchbayError `not-found` where nothing has that name, `invalid-input` where a pair does not fit the model
 */
export async function openTask(reference: string, options: OpenTaskOptions): Promise<Task> {
  const { pairs: count } = options;
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= MAX_PAIRS)) {
    throw invalidInput(`${count} pairs cannot be taken.`, `Ask for 1 to ${MAX_PAIRS} pairs.`);
  }
  const pairs = await readPairs(reference, options);
  return { name: reference, pairs, sha256: hashPairs(pairs) };
}

async function readPairs(reference: string, { model, pairs, seed, jsonl }: OpenTaskOptions): Promise<Pair[]> {
  if (jsonl !== undefined) return takePairs(parseJsonl(jsonl), model, pairs);
  const generator = generators.find((one) => one.id === reference);
  if (generator !== undefined) return generatePairs(generator, model, pairs ?? DEFAULT_PAIRS, seed);
  const set = bundledSets.find((one) => one.name === reference);
  if (set !== undefined) {
    const text = await readBundled(set);
    if (set.file.endsWith('.json')) return take(parseCases(text, model), pairs);
    const lines = parseJsonl(text);
    refuseForeign(reference, lines, model);
    return takePairs(lines, model, pairs);
  }
  if (reference.endsWith('.jsonl')) return takePairs(parseJsonl(await readTaskFile(reference)), model, pairs);
  if (reference.endsWith('.json')) return take(parseCases(await readTaskFile(reference), model), pairs);
  const known = [...generators.map((one) => one.id), ...bundledSets.map((one) => one.name)];
  throw notFound(
    `There is no task named ${reference}.`,
    `Use one of ${known.join(', ')}, a task that was registered, or the path of a .jsonl file or of a program's cases.json.`,
  );
}

/** The first `count` pairs of a file's text, all where absent. */
const takePairs = (lines: readonly NumberedLine[], model: ModelFiles, count: number | undefined): Pair[] =>
  take(lines, count).map((line) => encodeLine(line, model));

/** The first `count` of a list, all where absent. @throws PatchbayError `invalid-input` where there are fewer */
function take<T>(all: readonly T[], count: number | undefined): T[] {
  if (count !== undefined && count > all.length) {
    throw invalidInput(
      `The task holds ${all.length} pairs, and ${count} were asked for.`,
      `Ask for at most ${all.length} pairs.`,
    );
  }
  return all.slice(0, count);
}

/** A bundled set's ids mean its own model's words; under another vocabulary they would be other words without a sign. */
function refuseForeign(set: string, [first]: readonly NumberedLine[], { tokenizer }: ModelFiles): void {
  if (first?.line.clean_ids?.join() === tokenizer.encode(first?.line.clean ?? '').join()) return;
  throw invalidInput(
    `The token ids of ${set} are not those of this model's tokenizer.`,
    `Use the generator ${set.replace(/^.*\//, '')}, which makes pairs for any model.`,
  );
}

async function readTaskFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) {
    throw notFound(`There is no task file ${path}.`, 'Give the path of a .jsonl file or of a cases.json.');
  }
  if (found.size > MAX_TASK_BYTES) throw tooLarge();
  return readFile(path, 'utf8');
}
