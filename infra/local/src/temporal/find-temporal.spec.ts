import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporal } from './find-temporal.js';
import { temporalRelease } from './temporal-release.js';

describe('findTemporal', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'patchbay-spec-find-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  async function install(version: string): Promise<string> {
    const path = join(home, 'temporal');
    await writeFile(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('takes the one on PATH when it is new enough', async () => {
    const installed = await install('1.10.0');
    expect(await findTemporal({ home, path: `/nowhere:${home}`, sources: [] })).toBe(installed);
  });

  it('names an installed one that is too old, and every source that failed', async () => {
    await install('1.3.9');
    const found = findTemporal({
      home,
      path: home,
      sources: [['vendor', () => Promise.reject(new Error('no route'))]],
    });
    await expect(found).rejects.toThrow(/1\.3\.9 is older than .*; vendor: no route/);
    await expect(found).rejects.toMatchObject({
      kind: 'unavailable',
      action: expect.stringContaining('TEMPORAL_ADDRESS'),
    });
  });

  it('refuses an executable with another SHA-256 and leaves nothing in the cache', async () => {
    const forge = async (_release: unknown, folder: string) => {
      const path = join(folder, 'temporal');
      await writeFile(path, 'not what was pinned');
      return path;
    };
    await expect(findTemporal({ home, path: '', sources: [['forger', forge]] })).rejects.toThrow('not the pinned one');
    expect(await readdir(join(home, 'cache'))).toEqual([]);
  });

  it('says what to do on a platform that has no pinned one', () => {
    expect(() => temporalRelease('sunos-x64')).toThrow('sunos-x64');
  });
});
