import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processIdentity, type RecordedProcess } from './process/process-identity.js';
import { StackLock } from './stack-lock.js';

const url = 'http://127.0.0.1:4455';

describe('StackLock', () => {
  let home: string;
  const started: ChildProcess[] = [];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'patchbay-spec-lock-'));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  async function running(): Promise<RecordedProcess> {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    started.push(child);
    const pid = child.pid ?? 0;
    return { name: 'sleep', pid, identity: processIdentity(pid) ?? '' };
  }

  const record = (owner: { pid: number; identity: string }, children: RecordedProcess[] = []) =>
    writeFile(join(home, 'stack.json'), JSON.stringify({ name: 'patchbay', url, ...owner, children }));
  const dead = { pid: 2 ** 22 + 1, identity: 'long ago' };

  it('is held by one living process, which it names', async () => {
    const owner = await running();
    await record(owner);
    await expect(StackLock.take(home, url)).rejects.toThrow(`${url} (process ${owner.pid})`);
  });

  it('passes on when its owner is gone, also where another process has the number by now', async () => {
    const other = await running();
    await record({ ...other, identity: 'an earlier process of that number' });
    const lock = await StackLock.take(home, url);
    expect(JSON.parse(await readFile(join(home, 'stack.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(existsSync(join(home, 'stack.json'))).toBe(false);
  });

  it('ends what a dead owner left running, and nothing else', async () => {
    const [left, other] = [await running(), await running()];
    await record(dead, [left, { ...other, identity: 'an earlier process of that number' }]);
    await StackLock.take(home, url);
    expect(processIdentity(left.pid)).toBeUndefined();
    expect(processIdentity(other.pid)).toBe(other.identity);
  });

  it('takes over a file that a crash cut short', async () => {
    await writeFile(join(home, 'stack.json'), '{"pid": 1');
    await expect(StackLock.take(home, url)).resolves.toBeInstanceOf(StackLock);
  });

  it('says what to do when home cannot be written', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(StackLock.take(join(home, 'file'), url)).rejects.toMatchObject({
      action: expect.stringContaining('PATCHBAY_HOME'),
    });
  });
});
