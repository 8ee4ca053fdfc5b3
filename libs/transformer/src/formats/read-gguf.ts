import { invalidInput } from '@patchbay/contracts';
import { parseGgufHeader, type GgufHeader } from './gguf-header.js';
import { NeedsMoreBytes } from './gguf-cursor.js';
import type { RandomAccess } from './random-access.js';

/** Most headers fit in the first read; each further read is four times as long. */
const FIRST_READ = 2 ** 21;
/** Vocabularies of 262,144 tokens with merges take some 20 MB. */
const MAX_HEADER_BYTES = 2 ** 27;

/** Metadata and tensor table of an open GGUF file. @throws PatchbayError `invalid-input` */
export async function readGgufHeader(file: RandomAccess): Promise<GgufHeader> {
  for (let length = FIRST_READ; length <= MAX_HEADER_BYTES; length *= 4) {
    try {
      return parseGgufHeader(await file.read(0, Math.min(length, file.size)), file.size, file.path);
    } catch (error) {
      if (!(error instanceof NeedsMoreBytes)) throw error;
    }
  }
  throw invalidInput(
    `The header of ${file.path} is longer than ${MAX_HEADER_BYTES} bytes.`,
    'Download or convert the file again.',
  );
}
