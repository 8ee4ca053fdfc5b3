import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentPath, sha256Of } from './content-address.js';
import { FileArtifacts } from './file-artifacts.js';
import { openArtifacts } from './open-artifacts.js';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
let root: string;
let artifacts: FileArtifacts;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'patchbay-artifacts-'));
  artifacts = new FileArtifacts(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('FileArtifacts', () => {
  it('finds what was put, under its hash, in sha256/ab/cd', async () => {
    const sha256 = await artifacts.put(text('hello'));
    expect(sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(await readFile(join(root, 'sha256/2c/f2', sha256), 'utf8')).toBe('hello');
    expect(new TextDecoder().decode(await artifacts.get(sha256))).toBe('hello');
    expect(await artifacts.has(sha256)).toBe(true);
  });

  it('leaves one whole file after 50 puts at once, and no temporary one', async () => {
    const hashes = await Promise.all(Array.from({ length: 50 }, () => artifacts.put(text('same'))));
    const folder = dirname(join(root, contentPath(sha256Of('same'))));
    expect(new Set(hashes).size).toBe(1);
    expect(await readdir(folder)).toEqual([sha256Of('same')]);
  });

  it('forgets what was deleted, and says that it is missing', async () => {
    const sha256 = await artifacts.put(text('hello'));
    await artifacts.delete(sha256);
    await artifacts.delete(sha256);
    expect(await artifacts.has(sha256)).toBe(false);
    await expect(artifacts.get(sha256)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('notices every flipped bit, and mends the file when it is put again', async () => {
    const sha256 = await artifacts.put(text('hello'));
    const path = join(root, contentPath(sha256));
    for (let bit = 0; bit < 40; bit++) {
      const bytes = text('hello');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(path, bytes);
      await expect(artifacts.get(sha256)).rejects.toMatchObject({ kind: 'internal', message: /damaged/ });
    }
    await artifacts.put(text('hello'));
    expect(new TextDecoder().decode(await artifacts.get(sha256))).toBe('hello');
  });

  it('takes nothing but a hash as a name', async () => {
    const hash = sha256Of('x');
    const dots = [
      '.',
      '..',
      '../..',
      '%2e%2e',
      '%252e%252e',
      '..\\..',
      'sha256/../..',
      './',
      '/etc/passwd',
      'C:\\windows',
    ];
    const names = [
      '',
      ' ',
      'nul',
      'CON',
      'aux.txt',
      '~',
      '*',
      '\0',
      `${hash}\0`,
      `${hash}/`,
      `${hash}/..`,
      `../${hash}`,
    ];
    const close = [
      hash.toUpperCase(),
      hash.slice(1),
      `${hash}0`,
      `${hash}\n`,
      ` ${hash}`,
      hash.replace(/^./, 'g'),
      'ａ'.repeat(64),
    ];
    const long = [
      '.'.repeat(64),
      '/'.repeat(64),
      '../'.repeat(21) + '.',
      '%2e'.repeat(21) + '0',
      '\\'.repeat(64),
      '\0'.repeat(64),
    ];
    const more = ['file:///etc/passwd', 'http://x/y', '//server/share', '__proto__', 'constructor', '-rf'];
    for (const name of [...dots, ...names, ...close, ...long, ...more]) {
      for (const use of [artifacts.get(name), artifacts.has(name), artifacts.delete(name)]) {
        await expect(use, JSON.stringify(name)).rejects.toMatchObject({ kind: 'invalid-input' });
      }
    }
  });

  it('follows no symbolic link out of its folder', async () => {
    const path = join(root, contentPath(sha256Of('secret')));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(join(root, 'elsewhere'), 'secret');
    await symlink(join(root, 'elsewhere'), path);
    await expect(artifacts.get(sha256Of('secret'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('says that it cannot write', async () => {
    await writeFile(join(root, 'sha256'), 'in the way');
    await expect(artifacts.put(text('hello'))).rejects.toMatchObject({
      kind: 'unavailable',
      message: /ENOTDIR|EEXIST/,
    });
  });
});

describe('openArtifacts', () => {
  it('opens a folder by URL, with characters that URLs escape', async () => {
    const folder = join(root, 'a folder % here');
    const sha256 = await (await openArtifacts(pathToFileURL(folder).href)).put(text('hello'), 'text/plain');
    expect(await readFile(join(folder, contentPath(sha256)), 'utf8')).toBe('hello');
  });

  it.each(['', '/tmp/x', 'file://host/share', 'http://127.0.0.1/', 's3:///prefix'])('refuses %j', async (url) => {
    await expect(openArtifacts(url)).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});
