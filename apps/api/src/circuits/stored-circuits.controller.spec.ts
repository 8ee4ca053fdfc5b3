import { readCircuit, writeCircuit } from '@patchbay/circuit';
import {
  circuitPageSchema,
  circuitViewSchema,
  MAX_SENT_CIRCUIT_BYTES,
  problemSchema,
  runRequestSchema,
} from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

/** Scope: circuits kept under a name over HTTP, and the bad input that the API must refuse in bounded memory. */

const mib = new URL('../../../../tests/fixtures/mib/eapig_graph.json', import.meta.url);
const shape = { layers: 3, heads: 4, mlps: true };
let api: TestApi;
let file: string;
let run: string;

beforeAll(async () => {
  api = await startTestApi();
  file = await readFile(mib, 'utf8');
  const request = runRequestSchema.parse({ model: 'tinytasks', task: 'tinytasks/ioi', method: 'eap', pairs: 4 });
  run = (await api.store.runs.create(request)).run.id;
  const result = await discover({ request, modelSource: 'tinytasks' }, { home: api.home });
  await api.store.runs.begin(run, result.manifest);
  await api.store.runs.succeed(run, result);
});
afterAll(() => api.close());

const add = (body: object) => api.ask('POST', '/v1/circuits', { body });
const list = async (query: string) =>
  circuitPageSchema.parse((await api.ask('GET', `/v1/circuits${query}`)).json).circuits.map(({ name }) => name);

describe('POST /v1/circuits', () => {
  it('keeps the file that the EAP-IG package wrote, and gives it back equal', async () => {
    const answer = await add({ name: 'eapig', model: 'tinytasks', file });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.location).toBe('/v1/circuits/eapig');
    const sent = readCircuit(file, shape);
    expect(circuitViewSchema.parse(answer.json)).toMatchObject({
      model: 'tinytasks',
      edges: sent.kept.reduce((a, b) => a + b, 0),
      run: null,
    });
    const back = readCircuit((await api.ask('GET', '/v1/circuits/eapig/file')).text, shape);
    expect({ scores: back.scores, kept: back.kept }).toEqual({ scores: sent.scores, kept: sent.kept });
  });

  it('keeps a table of edges, of the model that is named', async () => {
    const csv = writeCircuit(readCircuit(file, shape), 'csv');
    expect((await add({ name: 'table', model: 'tinytasks', file: csv })).status).toBe(201);
  });

  it('keeps what a run found, its edges chosen', async () => {
    const answer = await add({ name: 'best', run, top: 20, ranking: 'signed' });
    expect(answer.status, answer.text).toBe(201);
    expect(circuitViewSchema.parse(answer.json)).toMatchObject({ run, selection: { top: 20, ranking: 'signed' } });
    const exported = await api.ask('GET', `/v1/runs/${run}/circuit?top=20&ranking=signed`);
    const [kept, wanted] = [(await api.ask('GET', '/v1/circuits/best/file')).text, exported.text].map(
      (text) => readCircuit(text, shape).kept,
    );
    expect(kept).toEqual(wanted);
  });

  it('takes the same again, and refuses another under the name or a reference’s', async () => {
    expect((await add({ name: 'eapig', model: 'tinytasks', file })).status).toBe(201);
    expect((await add({ name: 'eapig', run })).status).toBe(409);
    expect((await add({ name: 'ioi-wang', run })).status).toBe(409);
  });

  const csv = (line: string) => `source,destination,score,in_circuit\n${line}\n`;
  const tinytasks = (text: string) => () => ({ name: 'bad', model: 'tinytasks', file: text });
  it.each<[string, () => object, RegExp]>([
    ['an unknown node', tinytasks(csv('a9.h9,logits,1,true')), /"a9.h9", which writes nothing here/],
    ['an edge that points backwards', tinytasks(csv('m2,a0.h1<q>,1,true')), /points backwards/],
    ['a score that is NaN', () => ({ ...tinytasks(file.replace('-0.8201345205307007', 'NaN'))() }), /NaN/],
    ['a score that is no number', tinytasks(csv('input,m0,much,true')), /no finite number/],
    ['another model’s circuit', () => ({ name: 'bad', model: 'tracr-reverse', file }), /another model/],
    ['a model that there is not', () => ({ name: 'bad', model: 'gpt-17', file }), /no model/],
    ['neither a run nor a file', () => ({ name: 'bad' }), /either `run` or `file`/],
    ['a run that there is not', () => ({ name: 'bad', run: '01936f5e-0000-7000-8000-000000000000' }), /no run/],
    ['two ways to choose', () => ({ name: 'bad', run, top: 1, greedy: 1 }), /More than one way/],
    ['a name that is a path', () => ({ name: '../bad', run }), /name/],
    ['a name that is the id of a run', () => ({ name: run, run }), /not the id of a run/],
  ])('refuses %s', async (_, body, detail) => {
    const answer = await add(body());
    expect(answer.status, answer.text).toBe(422);
    expect(problemSchema.parse(answer.json).detail).toMatch(detail);
  });

  it('refuses a 10-million-edge file by its count of lines before it parses any, in bounded memory', async () => {
    const before = process.memoryUsage().rss;
    const answer = await add({ name: 'huge', model: 'tinytasks', file: `source,destination,${'\n'.repeat(1e7)}` });
    expect(answer.status, answer.text.slice(0, 200)).toBe(422);
    expect(problemSchema.parse(answer.json).detail).toMatch(/2000000 edges .* are the most/);
    // the body as sent, as text and as the file's text, and no edge
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  it('refuses a longer body by its length, unread', async () => {
    const headers = { 'Content-Length': String(MAX_SENT_CIRCUIT_BYTES * 2) };
    const answer = await api.ask('POST', '/v1/circuits', { body: '{', headers });
    expect(answer.status).toBe(413);
  });
});

describe('stored circuits', () => {
  it('are listed by name, by model, and by what they contain', async () => {
    expect(await list('')).toEqual(['best', 'eapig', 'table']);
    expect(await list('?model=tracr-reverse')).toEqual([]);
    const { nodes } = circuitViewSchema.parse((await api.ask('GET', '/v1/circuits/best')).json);
    expect(await list(`?node=${nodes[0]}&model=tinytasks`)).toContain('best');
    expect(await list('?node=a9.h9')).toEqual([]);
  });

  it.each(['mib', 'csv', 'graphviz', 'neuronpedia'])('are written as %s', async (format) => {
    const answer = await api.ask('GET', `/v1/circuits/best/file?format=${format}`);
    expect(answer.status, answer.text).toBe(200);
    expect(readCircuit(answer.text, shape).kept.includes(1)).toBe(true);
  });

  it('are what an evaluation may name, until they are deleted', async () => {
    await add({ name: 'short-lived', run, top: 5 });
    const evaluate = () =>
      api.ask('POST', '/v1/runs', {
        body: { model: 'tinytasks', task: 'tinytasks/ioi', method: 'faithfulness', circuit: 'short-lived', pairs: 4 },
      });
    expect((await evaluate()).status).toBe(202);
    expect((await api.ask('DELETE', '/v1/circuits/short-lived')).status).toBe(204);
    expect((await api.ask('DELETE', '/v1/circuits/short-lived')).status).toBe(404);
    expect((await evaluate()).status).toBe(422);
  });
});

describe('GET /v1/runs/:id/scores', () => {
  it.each([
    ['npz', 'application/zip', 'PK'],
    ['safetensors', 'application/octet-stream', '"edges"'],
    ['csv', 'text/csv; charset=utf-8', 'kind,name,effect,pair_0'],
  ])('is a %s file', async (format, type, holds) => {
    const answer = await api.ask('GET', `/v1/runs/${run}/scores?format=${format}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['content-disposition']).toContain(`.${format}"`);
    expect(answer.text).toContain(holds);
  });

  it('refuses an unknown format', async () => {
    expect((await api.ask('GET', `/v1/runs/${run}/scores?format=xml`)).status).toBe(422);
  });
});
