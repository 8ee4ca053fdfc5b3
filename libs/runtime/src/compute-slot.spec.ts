// Scope: what the parent sees of a compute child, and when a child ends. Needs the built package, since children are
// real processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ComputeSlot, type ComputeSlotOptions } from './compute-slot.js';

const built = (name: string): string => fileURLToPath(new URL(`../dist/testing/${name}.js`, import.meta.url));
const slots: ComputeSlot[] = [];
const openSlot = (options: Partial<ComputeSlotOptions> = {}): ComputeSlot => {
  const slot = new ComputeSlot({ entry: built('slow-child'), ...options });
  slots.push(slot);
  return slot;
};
afterEach(async () => {
  await Promise.all(slots.splice(0).map((slot) => slot.close()));
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pidOf = (slot: ComputeSlot): number => {
  if (slot.pid === undefined) throw new Error('the slot has no child');
  return slot.pid;
};

describe('a request', () => {
  it('carries typed arrays and numbers that JSON has not, and tells the peak memory', async () => {
    const input = { values: Float32Array.of(1, NaN), missing: undefined, bound: -Infinity };
    const answer = await openSlot().request('echo', input);
    expect(answer.output).toEqual(input);
    expect(answer.peakBytes).toBeGreaterThan(1e7);
  });

  it('passes progress at most about four times a second, and every checkpoint in order', async () => {
    const progress: number[] = [];
    const checkpoints: unknown[] = [];
    const started = performance.now();
    const { output } = await openSlot().request(
      'steps',
      { steps: 50, ms: 10 },
      { onProgress: (fraction) => progress.push(fraction), onCheckpoint: (data) => checkpoints.push(data) },
    );
    const seconds = (performance.now() - started) / 1000;
    expect(output).toBe(50);
    expect(progress.at(-1)).toBe(1);
    expect(progress.length).toBeLessThanOrEqual(2 + seconds * 4);
    expect(checkpoints).toEqual(Array.from({ length: 50 }, (_, index) => ({ step: index + 1 })));
  });

  it('gets the arguments and the environment that it is given', async () => {
    const slot = openSlot({ args: ['home'], env: { PATH: process.env['PATH'], PATCHBAY_TEST: 'yes' } });
    expect((await slot.request('arguments', null)).output).toEqual(['home']);
    expect((await slot.request('environment', null)).output).toBe('yes');
  });

  it('is refused while another is under way', async () => {
    const slot = openSlot();
    const first = slot.request('steps', { steps: 1, ms: 100 });
    await expect(slot.request('echo', 1)).rejects.toThrow('one request at a time');
    await first;
  });
});

describe('a failure', () => {
  it('of the handler arrives with its kind and action, and the child goes on', async () => {
    const slot = openSlot();
    const refusal = { kind: 'invalid-input', message: 'There is no such site.', action: 'Name another.' };
    await expect(slot.request('refuse', null)).rejects.toMatchObject(refusal);
    const pid = slot.pid;
    await slot.request('echo', 1);
    expect(slot.pid).toBe(pid);
  });

  it('of the answer to be sent arrives as an internal error', async () => {
    await expect(openSlot().request('unsendable', null)).rejects.toMatchObject({ kind: 'internal' });
  });

  it('for want of a handler is an internal error', async () => {
    await expect(openSlot().request('toString', null)).rejects.toMatchObject({ kind: 'internal' });
  });

  it('of the child to start is an internal error', async () => {
    const slot = openSlot({ entry: built('no-such-file') });
    await expect(slot.request('echo', 1)).rejects.toMatchObject({ kind: 'internal' });
  });
});

describe('an abort', () => {
  it('ends a child that is blocked, and the next request has a new one', async () => {
    const slot = openSlot();
    await slot.request('echo', 1);
    const pid = pidOf(slot);
    const abort = new AbortController();
    const blocked = slot.request('block', 60_000, { signal: abort.signal });
    await sleep(200);
    const aborted = performance.now();
    abort.abort();
    await expect(blocked).rejects.toMatchObject({ kind: 'cancelled' });
    expect(performance.now() - aborted).toBeLessThan(1_500);
    expect(isAlive(pid)).toBe(false);
    expect((await slot.request('echo', 2)).output).toBe(2);
  });

  it('before the request starts no child', async () => {
    const slot = openSlot();
    await expect(slot.request('echo', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(slot.pid).toBeUndefined();
  });
});

describe('the death of a child', () => {
  it.each([
    ['SIGKILL', ['out-of-memory', 'unavailable']],
    ['SIGTERM', ['unavailable']],
    ['SIGSEGV', ['internal']],
  ] as const)('by %s fails the request in a way that can be retried', async (signal, kinds) => {
    const slot = openSlot();
    const request = slot.request('block', 60_000);
    process.kill(pidOf(slot), signal);
    const error: unknown = await request.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'PatchbayError', retryable: true });
    expect(kinds).toContain((error as { kind: string }).kind);
    expect((await slot.request('echo', 3)).output).toBe(3);
  });

  it('by itself is an internal error that names the exit code', async () => {
    await expect(openSlot().request('exit', 7)).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('exit code 7') as unknown,
    });
  });

  it('while idle goes unnoticed', async () => {
    const slot = openSlot();
    await slot.request('echo', 1);
    const pid = pidOf(slot);
    process.kill(pid, 'SIGKILL');
    while (slot.pid !== undefined) await sleep(10);
    expect((await slot.request('echo', 2)).output).toBe(2);
    expect(slot.pid).not.toBe(pid);
  });
});

describe('a slot', () => {
  it('recycles its child on demand', async () => {
    const slot = openSlot();
    await slot.request('echo', 1);
    const pid = pidOf(slot);
    await slot.recycle();
    expect(isAlive(pid)).toBe(false);
    await slot.request('echo', 1);
    expect(slot.pid).not.toBe(pid);
  });

  it('takes nothing after close, and close ends what is under way', async () => {
    const slot = openSlot();
    const blocked = slot.request('block', 60_000);
    const pid = pidOf(slot);
    const [outcome] = await Promise.all([blocked.catch((error: unknown) => error), slot.close()]);
    expect(outcome).toMatchObject({ kind: 'cancelled' });
    expect(isAlive(pid)).toBe(false);
    await expect(slot.request('echo', 1)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('kills a child that stays after SIGTERM', async () => {
    const slot = openSlot({ graceMs: 100 });
    const blocked = slot.request('block', 60_000).catch((error: unknown) => error);
    const pid = pidOf(slot);
    await sleep(200);
    process.kill(pid, 'SIGSTOP'); // a stopped process takes no SIGTERM
    await slot.close();
    expect(await blocked).toMatchObject({ kind: 'cancelled' });
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a child whose parent is killed', () => {
  it.each(['blockInTurns', 'steps'])('ends by itself while it does "%s"', async (operation) => {
    const parent = spawn(process.execPath, [built('parent'), built('slow-child'), operation], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await sleep(200);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    const killed = performance.now();
    while (isAlive(pid) && performance.now() - killed < 5_000) await sleep(20);
    expect(isAlive(pid)).toBe(false);
  });

  it('stays through Ctrl-C, which is for the parent to answer', async () => {
    const slot = openSlot();
    let onProgress = (): void => undefined;
    const begun = new Promise<void>((resolve) => (onProgress = resolve));
    const request = slot.request('steps', { steps: 5, ms: 100 }, { onProgress: () => onProgress() });
    await begun; // until the child serves, a signal ends it as it would any process
    process.kill(pidOf(slot), 'SIGINT');
    expect((await request).output).toBe(5);
  });
});
