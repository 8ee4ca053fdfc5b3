import { PatchbayError } from '@patchbay/contracts';

/**
 * How running out of memory reads: ONNX Runtime's CPU allocator, its arenas and CUDA, WebGPU, and V8 when it cannot
 * get the bytes of a typed array, or one would be longer than any may be.
 */
const TEXTS =
  /bad_alloc|out of memory|failed to allocate|OOM|buffer allocation failed|invalid (typed array|array buffer) length/i;

/** Whether it was memory that did not suffice: what was tried may still do in smaller parts. */
export function isOutOfMemory(thrown: unknown): boolean {
  if (thrown instanceof PatchbayError) return thrown.kind === 'out-of-memory';
  return thrown instanceof Error && TEXTS.test(thrown.message);
}
