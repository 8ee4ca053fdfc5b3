import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCircuit } from '@patchbay/circuit';
import { addCircuitSchema, type CircuitView, resultSchema, type Table } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stability } from '@patchbay/evaluation';
import type { Comparisons } from './commands/compare.js';
import { FakeApi, json, runId } from './testing/fake-api.js';
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

describe('scores', () => {
  it.each([
    ['npz', /^PK/],
    ['safetensors', /"per_example":\{"dtype":"F64","shape":\[262,8\]/],
    ['scores-csv', /^kind,name,effect,pair_0,.*,pair_7\nedge,input->a0\.h0<q>,/],
  ])('of a result are written as %s', async (format, start) => {
    const out = path(`scores-${format}`);
    expect(await cli('export', path('eap.json'), '--format', format, '--out', out)).toMatchObject({ code: 0 });
    expect(await readFile(out, 'latin1')).toMatch(start);
  });

  it('of a run are asked for at the API; a circuit has none', async () => {
    const api = await FakeApi.start({
      [`GET /v1/runs/${runId}/result`]: json(JSON.parse(await readFile(path('eap.json'), 'utf8'))),
    });
    const out = path('run.npz');
    expect(await cli('export', runId, '--format', 'npz', '--out', out, '--url', api.url)).toMatchObject({ code: 0 });
    await cli('export', path('eap.json'), '--format', 'npz', '--out', path('file.npz'));
    expect(await readFile(out)).toEqual(await readFile(path('file.npz')));
    api.stop();
    const refused = await cli('export', mib, '--format', 'npz', '--out', path('none.npz'));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('no result of a run') });
  });
});

describe('circuits under a name', () => {
  const view: CircuitView = {
    ...{
      name: 'mine',
      model: 'tinytasks',
      graph: { layers: 3, heads: 4, mlps: true },
      edges: 5,
      nodes: ['a1.h2', 'm2'],
    },
    ...{ sha256: 'a'.repeat(64), run: null, selection: null, createdAt: '2026-11-23T12:00:00.000Z' },
  };

  it('are sent from a file or made of a run, listed, fetched and deleted', async () => {
    const api = await FakeApi.start({
      'POST /v1/circuits': json(view, 201),
      'GET /v1/circuits?node=m2': json({ circuits: [view], next: null }),
      'GET /v1/circuits/mine/file?format=csv': (response) => response.end('source,destination\n'),
      'DELETE /v1/circuits/mine': (response) => response.writeHead(204).end(),
    });
    const at = ['--url', api.url];
    const sent = await cli('import', mib, '--model', 'tinytasks', '--name', 'mine', ...at);
    expect(sent).toMatchObject({ code: 0, stdout: 'mine is kept: 5 edges, 2 heads and MLPs.\n' });
    await cli('import', runId, '--name', 'mine', '--top', '7', ...at);
    const bodies = api.requests.map(({ body }) => addCircuitSchema.parse(JSON.parse(body)));
    expect(bodies[0]).toEqual({
      name: 'mine',
      model: 'tinytasks',
      file: await readFile(mib, 'utf8'),
      ranking: 'absolute',
    });
    expect(bodies[1]).toEqual({ name: 'mine', run: runId, top: 7, ranking: 'absolute' });
    expect((await cli('circuits', '--node', 'm2', ...at)).stdout.split('\n')[1]).toMatch(/^mine +tinytasks +5 +2 /);
    const fetched = ['circuits', 'mine', '--format', 'csv', '--out', path('mine.csv'), ...at];
    expect(await cli(...fetched)).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(path('mine.csv'), 'utf8')).toBe('source,destination\n');
    expect((await cli('circuits', 'delete', 'mine', ...at)).stdout).toBe('mine is deleted.\n');
    api.stop();
  });

  it('need a model where they come from a file, and a place to go', async () => {
    const refusals = [await cli('import', mib, '--name', 'mine'), await cli('import', mib)];
    expect(refusals.map(({ code }) => code)).toEqual([1, 1]);
    expect(refusals.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('--model'),
      expect.stringContaining('--name'),
    ]);
  });
});

describe('Must show: bad input is a clear error', () => {
  const csv = (line: string) => `source,destination,score,in_circuit\n${line}\n`;
  it.each([
    ['unknown nodes', csv('a9.h9,logits,1,true'), /"a9.h9", which writes nothing here/],
    ['edges that point backwards', csv('m2,a0.h1<q>,1,true'), /points backwards/],
    ['NaN scores', csv('input,m0,NaN,true'), /no finite number/],
    ['a 10-million-edge file', csv('\n'.repeat(1e7)), /2000000 edges .* are the most/],
  ])('%s', async (_, text, message) => {
    await writeFile(path('bad.csv'), text);
    const { code, stderr } = await cli('import', path('bad.csv'), '--model', 'tinytasks', '--out', path('x.json'));
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('another model’s circuit', async () => {
    const { code, stderr } = await cli('import', mib, '--model', 'tracr-reverse', '--out', path('x.json'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('another model') });
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
