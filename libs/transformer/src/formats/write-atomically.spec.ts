import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { writeAtomically } from './write-atomically.js';

describe('writing a file whole or not at all', () => {
  const folder = temporaryFolder();

  it('leaves the old file and nothing else where writing fails', async () => {
    const path = join(folder, 'failing', 'x');
    await writeAtomically(path, (handle) => handle.writeFile('old'));
    const failing = writeAtomically(path, async (handle) => {
      await handle.writeFile('half of the n');
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(folder, 'failing'))).toEqual(['x']);
  });

  it('says what to do when the disk is full', async () => {
    const full = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    await expect(writeAtomically(join(folder, 'full'), full)).rejects.toMatchObject({
      kind: 'unavailable',
      action: expect.stringMatching(/Free disk space/),
    });
  });

  it('lets ten writers of one file meet, and clears away what a killed one left', async () => {
    const path = join(folder, 'meeting', 'x');
    await writeAtomically(path, async () => {});
    const left = join(folder, 'meeting', '.x.0.part');
    writeFileSync(left, 'killed');
    utimesSync(left, 0, 0);
    const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(1000));
    await Promise.all(texts.map((text) => writeAtomically(path, (handle) => handle.writeFile(text))));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(join(folder, 'meeting'))).toEqual(['x']);
  });
});
