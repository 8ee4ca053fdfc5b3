import { PatchbayError } from '@patchbay/contracts';
import { collectGarbage, isOutOfMemory } from '@patchbay/transformer';

/** Told each time a batch is halved, before its halves are computed. */
export type OnHalved = (message: string) => void;

/**
 * Computes some entries at once; where memory does not suffice, first one half of them, then the other, and so on down.
 *
 * @returns what the parts gave, in their order
 * @throws PatchbayError `out-of-memory` where memory does not suffice for a single one
 */
export async function inHalves<T, R>(
  entries: readonly T[],
  work: (entries: readonly T[]) => Promise<R>,
  onHalved: OnHalved,
): Promise<R[]> {
  let failed: unknown;
  try {
    return [await work(entries)];
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    failed = error;
  }
  if (entries.length <= 1) throw tooLarge(failed);
  const half = Math.ceil(entries.length / 2);
  onHalved(`Memory did not suffice for a batch of ${entries.length}: it is computed as batches of ${half}.`);
  await collectGarbage();
  const first = await inHalves(entries.slice(0, half), work, onHalved);
  return [...first, ...(await inHalves(entries.slice(half), work, onHalved))];
}

function tooLarge(cause: unknown): PatchbayError {
  if (cause instanceof PatchbayError && cause.message === TOO_LARGE) return cause;
  return new PatchbayError(
    'out-of-memory',
    TOO_LARGE,
    'Use shorter prompts or a smaller model, or give the machine or container more memory.',
    { cause },
  );
}

const TOO_LARGE = 'Memory does not suffice for this model and even one prompt pair at a time.';
