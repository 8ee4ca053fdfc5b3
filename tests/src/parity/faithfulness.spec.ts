import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Circuit, EdgeGraph, writeCircuit } from '@patchbay/circuit';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';

/**
 * Scope: circuits of every size, read from a file of the MIB benchmark's form, against other code's float64 numbers for
 * the same edge sets (fixtures/tinytasks): the whole way from the circuit's file to the curve.
 */

const TOLERANCE = 1e-4;
const home = mkdtempSync(join(tmpdir(), 'patchbay-faithfulness-'));
afterAll(() => rmSync(home, { recursive: true }));

type Score = 'mean_exact' | 'mean_eap' | 'mean_eap_ig5';
interface Reference {
  curves: { score: Score; k: number; ld: number[]; mean_ld: number }[];
}
type Scores = { edges: string[] } & Record<Score, number[]>;

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/tinytasks/${name}.json`, import.meta.url), 'utf8')) as unknown;

/** Importance is what a loss of logit difference is worth. */
function circuitOf({ edges, ...scores }: Scores, score: Score): Circuit {
  const graph = new EdgeGraph({ layers: 3, heads: 4, mlps: true });
  const circuit = { graph, scores: new Float64Array(graph.size), kept: new Uint8Array(graph.size).fill(1) };
  edges.forEach((name, i) => (circuit.scores[graph.edgeNamed(edgeName(name)) ?? NaN] = -(scores[score][i] ?? NaN)));
  return circuit;
}

async function measure(task: string, circuit: Circuit, params: object): Promise<Result> {
  const path = join(home, 'circuit.json');
  writeFileSync(path, writeCircuit(circuit, 'mib'));
  const of = { model: 'tinytasks', task: `tinytasks/${task}`, method: 'faithfulness', circuit: path };
  const request = runRequestSchema.parse({ ...of, params, pairs: 16 });
  return discover({ request, modelSource: 'tinytasks' }, { home });
}

const cases = [
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
].flatMap(([task = '', file = '']) =>
  (['mean_exact', 'mean_eap', 'mean_eap_ig5'] as const).map((score) => ({ task, file, score })),
);

describe.each(cases)('circuits of tinytasks/$task by $score', ({ task, file, score }) => {
  it('of every size have each pair’s logit difference', async () => {
    const curves = (fixture(`${file}.circuits`) as Reference).curves.filter((curve) => curve.score === score);
    const { pairs } = fixture(`${file}.activation`) as { pairs: { ld_clean: number }[] };
    const clean = pairs.map((pair) => pair.ld_clean);
    const edges = curves.map(({ k }) => k);
    const circuit = circuitOf(fixture(`${file}.edges`) as Scores, score);
    const result = await measure(task, circuit, { edges, randomCircuits: 0, draws: 100 });
    const rows = (result.tables.curve?.rows ?? []).filter(([ranking]) => ranking === 'absolute');
    expect(rows).toHaveLength(curves.length);
    for (const [i, { k, ld, mean_ld: mean }] of curves.entries()) {
      const effects = result.perExample[`absolute@${k}`] ?? [];
      const errors = ld.map((value, pair) => Math.abs((effects[pair] ?? NaN) + (clean[pair] ?? NaN) - value));
      expect(Math.max(...errors), `k = ${k}`).toBeLessThan(TOLERANCE);
      expect(Math.abs(Number(rows[i]?.[4]) - mean), `k = ${k}`).toBeLessThan(TOLERANCE);
    }
  });
});

it('MIB’s areas are those of the curve, and chance is far below', async () => {
  const circuit = circuitOf(fixture('ioi.edges') as Scores, 'mean_exact');
  const { tables } = await measure('ioi', circuit, { draws: 200, truth: undefined });
  const curve = tables.curve?.rows ?? [];
  expect(curve).toHaveLength(20);
  const areas: Record<string, number[]> = Object.fromEntries(
    (tables.areas?.rows ?? []).map(([name, ...values]) => [name, values.map(Number)]),
  );
  const signed = curve
    .filter(([ranking]) => ranking === 'signed')
    .map((row) => ({ k: Number(row[1]), f: Number(row[5]) }));
  // floor(.001 · 262) = floor(.002 · 262) = 0
  expect(signed.slice(0, 2)).toMatchObject([
    { k: 0.001, f: 0 },
    { k: 0.002, f: 0 },
  ]);
  expect(signed.at(-1)?.f).toBeCloseTo(1, 5);
  const byHand = signed.slice(1).reduce((sum, { k, f }, i) => {
    const before = signed[i] ?? { k: NaN, f: NaN };
    return sum + ((k - before.k) * (f + before.f)) / 2;
  }, 0);
  const [value = NaN, low = NaN, high = NaN] = areas['CPR'] ?? [];
  expect(value).toBeCloseTo(byHand, 9);
  expect(areas['CMD']?.[0]).toBeLessThan(0.1);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  expect(areas['CPR of random circuits']?.[0]).toBeLessThan(value - 0.2);
});
