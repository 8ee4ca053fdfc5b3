import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { areaOf, areaTable } from './areas.js';
import { runMethod } from './rankings.js';
import { publishedHeads } from './true-heads.js';

/** Scope: the table of head codes: its areas, the published lists it takes, and the command on a real language model. */

const truth = { name: 'two of four', heads: new Set(['a0.h0', 'a1.h1']) };
const scores = (...values: [number, number, number, number]): Record<string, number> =>
  Object.fromEntries(['a0.h0', 'a0.h1', 'a1.h0', 'a1.h1'].map((head, i) => [head, values[i] ?? NaN]));

describe('areas', () => {
  it('are means over seeds with the deviation of a sample', () => {
    // the true heads first, then one of them behind one false head
    const area = areaOf({ method: 'm', scores: [scores(4, 2, 1, 3), scores(4, 3, 1, 2)] }, truth);
    expect(area.mean).toBeCloseTo((1 + 0.75) / 2, 12);
    expect(area.deviation).toBeCloseTo(0.25 / Math.SQRT2, 12);
  });

  it('have no spread where nothing is random', () => {
    expect(areaOf({ method: 'm', scores: [scores(1, 2, 2, 1)] }, truth)).toEqual({ mean: 0, deviation: null });
    const table = areaTable([{ method: 'm', scores: [scores(1, 1, 1, 1)] }], [truth]);
    expect(table.split('\n').at(-1)).toBe('| m   | 0.500       |');
  });

  it('are refused where every head is true', () => {
    const all = { name: 'all', heads: new Set(['a0.h0', 'a0.h1', 'a1.h0', 'a1.h1']) };
    expect(() => areaOf({ method: 'm', scores: [scores(1, 2, 3, 4)] }, all)).toThrow(/no ROC curve against all/);
  });
});

it('takes both published lists of a task that fit the model’s shape', () => {
  const names = (task: string, layers: number, heads: number, mlps: boolean): string[] =>
    publishedHeads(task, { layers, heads, mlps }).map(({ name }) => name);
  expect(names('ioi', 12, 12, true)).toEqual(['ioi-wang: 26 of 144 heads', 'ioi-oneill: 26 of 144 heads']);
  expect(names('docstring', 4, 8, false)).toEqual([
    expect.stringMatching(/^docstring.*: 6 of 32 heads$/),
    expect.stringMatching(/^docstring.*: 6 of 32 heads$/),
  ]);
  expect(names('ioi', 30, 9, true)).toEqual([]);
});

it('a run on the 500 prompts of a small task takes no more than 5 seconds', async () => {
  const home = mkdtempSync(join(tmpdir(), 'patchbay-head-codes-table-'));
  try {
    const setting = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 250, home };
    const { seconds, tables } = await runMethod(setting, 'head-codes');
    expect(tables['summary']?.rows.slice(0, 2).map(([, prompts]) => prompts)).toEqual([250, 250]);
    expect(seconds.load + seconds.compute).toBeLessThan(5);
  } finally {
    rmSync(home, { recursive: true });
  }
});

it('prints a table for one model: SmolLM2', async () => {
  const script = fileURLToPath(new URL('../../dist/head-codes/table.js', import.meta.url));
  const args = ['--model', 'smollm2', '--task', 'ioi', '--pairs', '4', '--seeds', '1'];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  const area = (method: string): number =>
    Number(new RegExp(`\\| ${method} *[^|]*\\| ([\\d.]+)`).exec(stdout)?.[1] ?? NaN);
  expect(stdout).toMatch(/noised on 4 pairs: \d+ of 270 heads/);
  expect(area('random')).toBeGreaterThan(0.2);
  expect(area('random')).toBeLessThan(0.8);
  expect(area('head codes, node score')).toBeLessThan(area('head codes of differences from corrupted, strength'));
  expect(area('mean length of paired differences from corrupted')).toBeGreaterThan(0.9);
}, 600_000);
