import { readFile, stat } from 'node:fs/promises';
import { invalidInput } from '@patchbay/contracts';

/** The largest public tokenizer.json has 35 MB. */
const MAX_JSON_BYTES = 100_000_000;

/**
 * A JSON file, null where there is none.
 * @throws PatchbayError `invalid-input` where it is too large or no JSON
 */
export async function readJsonIfPresent(path: string): Promise<unknown> {
  const there = await stat(path).catch(() => null);
  if (!there) return null;
  if (there.size > MAX_JSON_BYTES) {
    throw invalidInput(
      `${path} has ${there.size} bytes; the limit is ${MAX_JSON_BYTES}.`,
      'Check that it is the right file.',
    );
  }
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalidInput(`${path} is no valid JSON.`, 'Download or save the file again.', { cause });
  }
}
