import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCircuit } from '@patchbay/circuit';
import { resultSchema, type Table } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stability } from '@patchbay/evaluation';
import type { Comparisons } from './commands/compare.js';
import { runCli } from './testing/run-cli.js';

/** Scope: what the commands around circuits write, print and refuse; the figures themselves are tested below them. */

const mib = new URL('../../../tests/fixtures/mib/eapig_graph.json', import.meta.url).pathname;
let folder: string;
const path = (name: string): string => join(folder, name);
const cli = (...args: string[]) => runCli(args, { PATCHBAY_HOME: path('home') });
const task = ['--model', 'tinytasks', '--task', 'tinytasks/ioi', '--pairs', '8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-spec-circuits-'));
  for (const method of ['eap', 'acdc']) {
    const { code, stderr } = await cli('discover', ...task, '--method', method, '--out', path(`${method}.json`));
    expect(code, stderr).toBe(0);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluate', () => {
  it('measures what a run found, into a file, and prints its tables', async () => {
    const more = ['--ablation', 'mean', '--set', 'randomCircuits=1', '--set', 'draws=100'];
    const { code, stdout, stderr } = await cli(
      'evaluate',
      ...task,
      '--circuit',
      path('acdc.json'),
      ...more,
      '--out',
      path('e.json'),
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^CPR {2,}/m);
    expect(stdout).toMatch(/^circuit\n/m);
    const { manifest, tables } = resultSchema.parse(JSON.parse(await readFile(path('e.json'), 'utf8')));
    expect(manifest.method).toMatchObject({ id: 'faithfulness', params: { ablation: 'mean' } });
    expect(manifest.circuit?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(tables.curve?.rows).toHaveLength(20);
  });

  it.each([
    ['no circuit', []],
    ['a circuit of another model', ['--circuit', 'ioi-wang']],
    ['a file that there is not', ['--circuit', 'nowhere.json']],
    ['a truth that there is not', ['--circuit', mib, '--truth', 'guesswork']],
  ])('refuses %s', async (_, more) => {
    const { code, stderr } = await cli('evaluate', ...task, ...more, '--out', path('none.json'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .+\n.+\n$/);
  });
});

describe('compare', () => {
  const parse = (text: string) => JSON.parse(text) as Comparisons;

  it('says what two circuits share, how their scores agree, and what differs in their manifests', async () => {
    const { stdout } = await cli('compare', path('eap.json'), path('acdc.json'), '--top', '20', '--json');
    const [comparison] = parse(stdout).comparisons;
    const { edges } = comparison?.circuits ?? expect.fail();
    expect(edges.shared.length + edges.removed.length).toBe(20);
    expect(edges.jaccard).toBeCloseTo(edges.shared.length / (20 + edges.added.length), 12);
    expect(comparison?.manifests?.map((difference) => difference.path)).toContain('method.id');
    expect(comparison?.manifests?.map((difference) => difference.path)).not.toContain('model.sha256');
    expect(comparison?.faithfulness).toEqual([]);
  });

  it('measures how faithfulness differs, and stability of three', async () => {
    const files = [path('eap.json'), path('acdc.json'), path('eap.json')];
    const { code, stdout, stderr } = await cli('compare', ...files, ...task, '--out', path('c.json'));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('stability over all');
    const { comparisons, stability } = parse(await readFile(path('c.json'), 'utf8'));
    const [other, same] = comparisons;
    expect(other?.faithfulness.map(({ set }) => set)).toContain('absolute@26');
    for (const { difference, low, high } of same?.faithfulness ?? []) {
      expect([difference, low, high]).toEqual([0, 0, 0]);
    }
    expect(same?.circuits?.edges.jaccard).toBe(1);
    expect(stability?.bySize.at(-1)?.jaccard).toBe(1);
  });

  it('refuses circuits of different models', async () => {
    const { code, stderr } = await cli('compare', mib, 'ioi-wang');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('another model') });
  });
});

it('stability samples the pairs of a result again, and refuses scores that are no means over pairs', async () => {
  const { stdout } = await cli('stability', path('eap.json'), '--draws', '5', '--json');
  const { bySize, spearman } = JSON.parse(stdout) as Stability;
  expect(bySize.at(-1)?.jaccard).toBe(1);
  expect(spearman).toBeGreaterThan(0.5);
  expect(await cli('stability', path('acdc.json'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no means'),
  });
});

describe('export and import', () => {
  it.each(['mib', 'csv', 'graphviz', 'neuronpedia'])('through %s a circuit comes back', async (format) => {
    const choice = ['--greedy', '30', '--ranking', 'signed'];
    expect(await cli('export', path('eap.json'), '--format', format, ...choice, '--out', path('out'))).toMatchObject({
      code: 0,
    });
    expect(await cli('import', path('out'), '--model', 'tinytasks', '--out', path('in.json'))).toMatchObject({
      code: 0,
    });
    const [there, back] = [path('out'), path('in.json')].map((file) => readFile(file, 'utf8'));
    const shape = { layers: 3, heads: 4, mlps: true };
    const [sent, received] = [readCircuit((await there) ?? '', shape), readCircuit((await back) ?? '', shape)];
    expect(received.kept).toEqual(sent.kept);
    expect(received.kept.includes(1)).toBe(true);
  });

  it('a file of the EAP-IG package goes in and out as it is', async () => {
    await cli('import', mib, '--model', 'tinytasks', '--out', path('m.json'));
    expect(JSON.parse(await readFile(path('m.json'), 'utf8'))).toEqual(JSON.parse(await readFile(mib, 'utf8')));
  });

  it('refuses a file too large to read without reading it, two ways to choose, and a score that is none', async () => {
    await writeFile(path('huge.json'), '');
    await truncate(path('huge.json'), 6e8);
    await writeFile(path('nan.json'), (await readFile(mib, 'utf8')).replace('-0.8201345205307007', 'NaN'));
    const failures = await Promise.all([
      cli('import', path('huge.json'), '--out', path('x.json')),
      cli('export', mib, '--top', '3', '--greedy', '4', '--out', path('x.json')),
      cli('import', path('nan.json'), '--out', path('x.json')),
    ]);
    expect(failures.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(failures.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('are the most'),
      expect.stringContaining('More than one way'),
      expect.stringContaining('NaN'),
    ]);
  });
});

it('ground-truth: ACDC finds the exact circuit of every program under zero ablation', async () => {
  const { code, stderr } = await cli('ground-truth', '--method', 'acdc', '--out', path('truth.json'));
  expect(code, stderr).toBe(0);
  const { columns, rows } = JSON.parse(await readFile(path('truth.json'), 'utf8')) as Table;
  const zero = rows.filter(
    (row) => row[columns.indexOf('ablation')] === 'zero' && row[columns.indexOf('level')] === 'edge',
  );
  expect(zero.map((row) => row[columns.indexOf('program')]).sort()).toEqual(['hist', 'reverse', 'sort', 'xproportion']);
  expect(zero.map((row) => row[columns.indexOf('AUROC')])).toEqual([1, 1, 1, 1]);
});
