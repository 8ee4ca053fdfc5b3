import { describe, expect, it } from 'vitest';
import { uuidV7 } from '../uuid-v7.js';
import { decodeCursor, encodeCursor } from './cursor.js';

describe('cursor', () => {
  it('gives back what was encoded', () => {
    const cursor = { createdAt: new Date(1_763_926_000_123), id: uuidV7() };
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  });

  it('refuses all else', () => {
    const good = encodeCursor({ createdAt: new Date(1), id: uuidV7() });
    const plain = (text: string): string => Buffer.from(text).toString('base64url');
    const bad = [
      '',
      'x',
      '0',
      good.slice(1),
      `${good}=`,
      ` ${good}`,
      `${good}x`,
      '%',
      '\0',
      plain('1.'),
      plain('.'),
      '🙂',
    ];
    const id = uuidV7();
    const times = ['', '-1', '1e3', 'NaN', ' 1', '0x1', '01', '99999999999999'].map((time) => plain(`${time}.${id}`));
    const ids = [`${id}.`, `${id}' OR 1=1`, id.slice(1), 'x'.repeat(36)].map((wrong) => plain(`1.${wrong}`));
    for (const text of [...bad, ...times, ...ids]) {
      expect(() => decodeCursor(text), text).toThrow('The cursor is not one');
    }
  });
});
