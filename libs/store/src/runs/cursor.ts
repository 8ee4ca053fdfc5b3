import { invalidInput } from '@patchbay/contracts';
import { isUuid } from '../uuid-v7.js';

/** The last run of a page: the next page starts behind it. */
export interface Cursor {
  createdAt: Date;
  id: string;
}

/** Opaque to clients, so that the order can change without breaking them. */
export function encodeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');
}

/** @throws PatchbayError `invalid-input` for anything that {@link encodeCursor} did not write */
export function decodeCursor(text: string): Cursor {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const [milliseconds = '', id = '', ...rest] = plain.split('.');
  const cursor = { createdAt: new Date(Number(milliseconds)), id };
  // 13 digits of milliseconds reach to the year 2286; encoding again refuses what base64 skips over.
  if (!/^\d{1,13}$/.test(milliseconds) || !isUuid(id) || rest.length > 0 || encodeCursor(cursor) !== text) {
    throw invalidInput('The cursor is not one that a page of runs gave.', 'Use `next` of the page before, or none.');
  }
  return cursor;
}
