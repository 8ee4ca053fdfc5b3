import { notFound } from '@patchbay/contracts';
import type { Checkpoint } from './checkpoint.js';

export async function openGguf(path: string): Promise<Checkpoint> {
  throw notFound(path, 'soon');
}
