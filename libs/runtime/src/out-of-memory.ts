import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PatchbayError } from '@patchbay/contracts';

/**
 * How running out of memory reads: ONNX Runtime's CPU allocator, its arenas and CUDA, WebGPU, and the system when a
 * thread cannot start, and V8 when it cannot get the bytes of a typed array, or one would be longer than any may be.
 */
const TEXTS =
  /bad_alloc|out of memory|failed to allocate|cannot allocate memory|OOM|buffer allocation failed|invalid (typed array|array buffer) length/i;

/** Whether it was memory that did not suffice: what was tried may still do in smaller parts. */
export function isOutOfMemory(thrown: unknown): boolean {
  if (thrown instanceof PatchbayError) return thrown.kind === 'out-of-memory';
  return thrown instanceof Error && TEXTS.test(thrown.message);
}

/**
 * Gives back the memory of tensors that nothing refers to any more. V8 would do so in its own time, which it takes from
 * the size of its own heap: of what ONNX Runtime asks the system for, and is refused, it hears nothing.
 */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
  // The tensors' own memory is freed by finalisers, which run after this turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
}
