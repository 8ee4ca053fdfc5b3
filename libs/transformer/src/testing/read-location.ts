import { readFileSync } from 'node:fs';
import type { TensorLocation } from '../architecture.js';

/** The values where a location says they are. */
export function readLocation(location: TensorLocation | undefined): number[] {
  if (!location) throw new Error('no such tensor');
  const bytes = Uint8Array.from(
    readFileSync(location.path).subarray(location.offset, location.offset + location.bytes),
  );
  return [...new Float32Array(bytes.buffer)];
}
