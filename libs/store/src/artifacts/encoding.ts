import { deserialize, serialize } from 'node:v8';
import { PatchbayError } from '@patchbay/contracts';

/** First byte of every encoded value: a change of the format gets a number of its own. */
const VERSION = 1;

export const ENCODED_MEDIA_TYPE = 'application/vnd.patchbay.value';

/** A method's state, unit or partial as bytes. Typed arrays, maps and undefined survive, as JSON would not let them. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const body = serialize(value);
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = VERSION;
  bytes.set(body, 1);
  return bytes;
}

/**
 * The value that {@link encode} was given. Only for bytes that Patchbay wrote itself and whose hash was checked.
 * @throws PatchbayError `internal` for bytes of another version
 */
export function decode(bytes: Uint8Array): unknown {
  if (bytes[0] !== VERSION) {
    throw new PatchbayError(
      'internal',
      `A stored value has format ${bytes[0]}; this version of Patchbay reads format ${VERSION}.`,
      'Use the version of Patchbay that started the run, or submit the run again.',
    );
  }
  return deserialize(bytes.subarray(1));
}
