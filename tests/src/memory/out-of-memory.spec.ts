import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRandomModel } from '../bench/random-model.js';
import { randomTask } from '../bench/random-pairs.js';

/**
 * Scope: a run that the system refuses memory in the middle, by a limit on its process's address space. Linux only:
 * elsewhere no process can be limited so.
 */

const program = fileURLToPath(new URL('../../dist/memory/limited-run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'patchbay-memory-'));
const [model, task] = [join(folder, 'model'), join(folder, 'task.jsonl')];

interface Outcome {
  notes: string[];
  nodes: Record<string, number>;
  memory: { peakBytes: number; halvings?: number };
  error?: { kind: string; message: string; action: string };
}

/** @param megabytes that may be reserved beyond the loaded model; 0: no limit */
async function run(megabytes: number): Promise<Outcome> {
  const args = [program, join(folder, 'home'), model, task, 'activation-patching', String(megabytes)];
  // As a worker's compute children have it: see compute-pool.ts.
  const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 20) };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Outcome;
}

const canLimit = process.platform === 'linux' && existsSync('/usr/bin/prlimit');

describe.runIf(canLimit)('where memory does not suffice', () => {
  beforeAll(() => {
    writeRandomModel(model, { layers: 2, dModel: 256, heads: 8, vocabulary: 512, context: 256 });
    writeFileSync(task, randomTask({ pairs: 48, tokens: 128, vocabulary: 512, differAt: [1] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a run halves its batches, says so, and finds the same', async () => {
    const [free, limited] = [await run(0), await run(150)];
    expect(free.notes).toEqual([]);
    expect(limited.error).toBeUndefined();
    expect(limited.notes[0]).toBe('Memory did not suffice for a batch of 48: it is computed as batches of 24.');
    expect(limited.memory.halvings).toBe(limited.notes.length);
    expect(limited.memory.peakBytes).toBeLessThan(free.memory.peakBytes);
    for (const [name, effect] of Object.entries(free.nodes)) expect(limited.nodes[name]).toBeCloseTo(effect, 5);
  });

  it('not even for one pair, the error says so and what to do', async () => {
    const { error } = await run(30);
    expect(error?.kind).toBe('out-of-memory');
    expect(error?.action).toContain('smaller model');
  });
});
