import { readFileSync } from 'node:fs';
import { PatchbayError } from '@patchbay/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Circuit } from '../circuit.js';
import { EdgeGraph, type EdgeGraphShape } from '../edge-graph.js';
import { MAX_CIRCUIT_BYTES } from './limits.js';
import { readCircuit } from './read-circuit.js';
import { writeCircuit } from './write-circuit.js';

/** Scope: circuits go out and come back equal in every format; files that hold none are refused in words. */

const mib = readFileSync(new URL('../../../../tests/fixtures/mib/eapig_graph.json', import.meta.url), 'utf8');
const small: EdgeGraphShape = { layers: 3, heads: 4, mlps: true, parallel: false, positionSource: false };

function failure(text: string, shape?: EdgeGraphShape): string {
  try {
    readCircuit(text, shape);
  } catch (error) {
    expect(error).toBeInstanceOf(PatchbayError);
    const { kind, message, action } = error as PatchbayError;
    expect(kind).toBe('invalid-input');
    expect(action).not.toBe('');
    expect(message.length).toBeLessThan(600);
    return message;
  }
  return expect.fail('it was read');
}

const circuits = fc
  .record({
    ...{ layers: fc.integer({ min: 1, max: 3 }), heads: fc.integer({ min: 1, max: 3 }), mlps: fc.boolean() },
    ...{ parallel: fc.boolean(), positionSource: fc.boolean() },
  })
  .chain((shape) => {
    const graph = new EdgeGraph(shape);
    const score = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN));
    const scores = fc.array(score, { minLength: graph.size, maxLength: graph.size });
    const kept = fc.uint8Array({ min: 0, max: 1, minLength: graph.size, maxLength: graph.size });
    return fc.record({ graph: fc.constant(graph), scores: scores.map((s) => Float64Array.from(s)), kept });
  });

const plain = ({ graph, scores, kept }: Circuit) => ({
  shape: graph.shape,
  // JSON and CSV have no −0
  scores: [...scores].map((score) => score + 0),
  kept: [...kept],
});

describe('MIB’s circuit JSON', () => {
  it('as the EAP-IG package writes it is read, and written again equal', () => {
    const circuit = readCircuit(mib, small);
    expect(circuit.graph.size).toBe(262);
    expect(circuit.scores[circuit.graph.edgeNamed('input->a0.h0<v>') ?? NaN]).toBe(0.9265429973602295);
    const again: unknown = JSON.parse(writeCircuit(circuit, 'mib', { dModel: 64 }));
    expect(again).toEqual(JSON.parse(mib));
    const { edges } = JSON.parse(writeCircuit(circuit, 'mib')) as { edges: object };
    expect(Object.keys(edges)).toEqual(Object.keys((JSON.parse(mib) as { edges: object }).edges));
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(circuits, (circuit) => {
        expect(plain(readCircuit(writeCircuit(circuit, 'mib'), circuit.graph.shape))).toEqual(plain(circuit));
      }),
    );
  });
});

it('a table comes back equal, given the model’s shape', () => {
  fc.assert(
    fc.property(circuits, (circuit) => {
      const table = writeCircuit(circuit, 'csv');
      expect(plain(readCircuit(table, circuit.graph.shape))).toEqual(plain(circuit));
      expect(plain(readCircuit(table.replaceAll('\n', '\r\n'), circuit.graph.shape))).toEqual(plain(circuit));
    }),
  );
});

it.each(['graphviz', 'neuronpedia'] as const)('%s holds the kept edges and their scores', (format) => {
  fc.assert(
    fc.property(circuits, ({ graph, scores, kept }) => {
      const back = readCircuit(writeCircuit({ graph, scores, kept }, format), graph.shape);
      const expected = scores.map((score, edge) => (kept[edge] === 1 ? score : NaN));
      expect(plain(back)).toEqual(plain({ graph, scores: expected, kept }));
    }),
  );
});

it('Neuronpedia’s JSON has what its schema requires', () => {
  const text = writeCircuit(readCircuit(mib), 'neuronpedia', { slug: 'a', scan: 'm', promptTokens: ['The', ' cat'] });
  const file = JSON.parse(text) as Record<string, never> & {
    nodes: object[];
    links: { source: string; target: string }[];
  };
  expect(file).toMatchObject({
    metadata: { slug: 'a', scan: 'm', prompt_tokens: ['The', ' cat'], prompt: 'The cat' },
    qParams: {},
  });
  const types = {
    node_id: expect.any(String),
    feature: null,
    layer: expect.any(String),
    ctx_idx: 1,
    clerp: expect.any(String),
  };
  for (const node of file.nodes) {
    expect(node).toMatchObject({ ...types, feature_type: expect.any(String), jsNodeId: expect.any(String) });
  }
  const ids = new Set(file.nodes.map((node) => (node as { node_id: string }).node_id));
  expect(ids.size).toBe(file.nodes.length);
  expect(file.links.length).toBeGreaterThan(0);
  for (const link of file.links) expect([ids.has(link.source), ids.has(link.target)]).toEqual([true, true]);
});

describe('a result of a run', () => {
  const result = (more: object) => ({
    manifest: {
      ...{
        patchbay: '0.1.0',
        request: { model: 'm', task: 't', method: 'x' },
        method: { id: 'x', version: 1, params: {} },
      },
      model: {
        name: 'm',
        family: 'gpt2',
        sha256: '',
        tokenizerSha256: '',
        revision: null,
        graph: { layers: 1, heads: 1, mlps: true },
      },
      task: { name: 't', sha256: '', pairs: 1 },
      engine: { onnxruntime: '1', device: 'cpu', dtype: 'float32' },
      machine: { platform: 'linux', arch: 'x64', cpus: 1, node: '22' },
      conventions: { importance: '-effect' },
    },
    ...{ baseline: { clean: 1, corrupted: 0 }, nodes: {}, edges: {}, perExample: {}, tables: {} },
    ...{ seconds: { load: 0, compute: 0 }, memory: { peakBytes: 1 }, ...more },
  });
  const read = (more: object) => {
    const { graph, scores, kept } = readCircuit(JSON.stringify(result(more)));
    return Object.fromEntries([...scores.keys()].map((e) => [graph.edgeName(e), [scores[e], kept[e]]]));
  };

  it('has importance as its scores, and its own edges are in', () => {
    const removed = {
      columns: ['edge', 'rise'],
      rows: [
        ['m0->logits', 0.25],
        ['a0.h0->m0', null],
      ],
    };
    const edges = read({ edges: { 'input->m0': -2, 'input->logits': 1 }, tables: { removed } });
    expect(edges['input->m0']).toEqual([2, 1]);
    expect(edges['input->logits']).toEqual([-1, 1]);
    expect(edges['m0->logits']).toEqual([0.25, 0]);
    expect(edges['a0.h0->m0']).toEqual([NaN, 0]);
  });

  it('of nodes scores an edge as its source, and the inputs as the best', () => {
    const edges = read({ nodes: { 'a0.h0': -0.5, m0: 2 } });
    expect(edges['a0.h0->logits']).toEqual([0.5, 1]);
    expect(edges['m0->logits']).toEqual([-2, 1]);
    expect(edges['input->m0']).toEqual([0.5, 1]);
    expect(failure(JSON.stringify(result({ nodes: { 'a0.h0@3': 1 } })))).toContain('none of its nodes');
  });

  it('is refused where it is not whole or of another model', () => {
    expect(failure(JSON.stringify({ manifest: {} }))).toContain('not whole');
    expect(failure(JSON.stringify(result({ edges: { 'input->m0': 1 } })), small)).toContain('another model');
    const nameless = result({ edges: { 'input->m0': 1 } });
    Object.assign(nameless.manifest.model, { graph: undefined });
    expect(failure(JSON.stringify(nameless))).toContain('does not say what model');
  });
});

describe('files that are refused', () => {
  const changed = (from: string, to: string): string => {
    expect(mib).toContain(from);
    return mib.replace(from, to);
  };

  it.each([
    ['an unknown node', changed('"a0.h1":', '"a0.h9":'), 'there is no node "a0.h9"'],
    ['an edge from an unknown node', changed('"input->a0.h0<q>"', '"b7->a0.h0<q>"'), 'leaves "b7"'],
    [
      'an edge that points backwards',
      changed('"input->a0.h0<q>"', '"m2->a0.h0<q>"'),
      'points backwards: a0.h0<q> reads before m2',
    ],
    ['an edge into a head as a whole', changed('"input->a0.h0<q>"', '"input->a0.h0"'), 'enters "a0.h0"'],
    ['a name that is no edge', changed('"input->a0.h0<q>"', '"m"'), '"m" is no edge'],
    ['a score that is NaN', changed('-0.8201345205307007', 'NaN'), 'holds a NaN'],
    ['a score that is text', changed('-0.8201345205307007', '"much"'), 'no finite number'],
    ['a score that is null', changed('-0.8201345205307007', 'null'), 'no finite number'],
    ['a score beyond all bounds', changed('-0.8201345205307007', '1e999'), 'no finite number'],
    ['no cfg sizes', changed('"n_layers": 3', '"n_layers": -3'), 'n_layers'],
    ['a model of absurd size', changed('"n_layers": 3', '"n_layers": 9999'), 'a graph of'],
    ['half a file', mib.slice(0, 5000), 'no valid JSON'],
    ['a list', '[]', 'no JSON object'],
    ['another JSON', '{"hello": 1}', 'none of the kinds'],
    ['nothing', '', 'no valid JSON'],
    ['a table without its model', 'source,destination,score,in_circuit\n', 'does not say what model'],
    ['a foreign attribution graph', '{"metadata": {}, "links": []}', 'does not state'],
    ['a foreign drawing', 'digraph g {\n a -> b;\n}', 'does not state'],
  ])('%s', (_, text, message) => {
    expect(failure(text)).toContain(message);
  });

  it.each([
    ['a NaN', 'input,m0,NaN,true', 'no finite number'],
    ['an edge twice', 'input,m0,1,true\ninput,m0,2,true', 'comes twice'],
    ['a line too short', 'input,m0', 'Line 2'],
    ['a backward edge', 'm2,m0,1,true', 'backwards'],
  ])('a table with %s', (_, lines, message) => {
    expect(failure(`source,destination,score,in_circuit\n${lines}\n`, small)).toContain(message);
  });

  it('another model’s circuit', () => {
    expect(failure(mib, { layers: 12, heads: 12, mlps: true })).toMatch(
      /another model: 3 layers of 4 heads.*12 layers of 12/,
    );
    expect(failure(mib, { ...small, parallel: true })).toContain('another model');
  });

  it('all flaws in one short message', () => {
    const text = mib.replaceAll('->m', '->x');
    expect(failure(text)).toMatch(/; and \d+ more/);
  });

  it('a file of ten million edges, before it is parsed', () => {
    const from = process.memoryUsage().heapUsed;
    const json = `{"cfg":{},"edges":{${'"a":1,'.repeat(1e7)}"a":1}}`;
    expect(failure(json)).toContain('are the most');
    const table = `source,destination,score,in_circuit\n${'m0,m1,1,true\n'.repeat(1e7)}`;
    expect(failure(table, small)).toContain('are the most');
    expect(failure('x'.repeat(MAX_CIRCUIT_BYTES + 1))).toContain('are the most');
    expect(process.memoryUsage().heapUsed - from).toBeLessThan(400e6);
  });
});
