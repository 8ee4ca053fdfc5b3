import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circuitOfReference, referenceCircuits, writeCircuit } from '@patchbay/circuit';
import { type RunRequestInput, runRequestSchema } from '@patchbay/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';

/** Scope: the tests and criteria on circuits whose truth is known: exact ones, and the same with something useless. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-evaluations-'));
afterAll(() => rmSync(home, { recursive: true }));

const run = (method: string, circuit: string, more: Partial<RunRequestInput> = {}) => {
  const of = { model: 'tracr-reverse', task: 'tracr/reverse', method, circuit };
  const request = runRequestSchema.parse({ ...of, params: { ablation: 'zero' }, ...more });
  return discover({ request, modelSource: request.model }, { home });
};

const exact = 'tracr-reverse-zero';
const reference = referenceCircuits.find(({ id }) => id === exact) ?? expect.fail();

/** The exact circuit and a path that does nothing. */
function inflated(): string {
  const { graph, scores, kept } = circuitOfReference(reference);
  for (const edge of ['input->a1.h0<v>', 'a1.h0->logits']) kept[graph.edgeNamed(edge) ?? NaN] = 1;
  const path = join(home, 'inflated.json');
  writeFileSync(path, writeCircuit({ graph, scores, kept }, 'mib'));
  return path;
}

describe('hypothesis tests', () => {
  const params = { ablation: 'zero', metric: 'l2' };

  it('find the exact circuit of a program sufficient, and all of its edges needed', async () => {
    const { tables } = await run('circuit-tests', exact, { params });
    const verdicts = Object.fromEntries(tables.tests?.rows.map(([test, , , verdict]) => [test, verdict]) ?? []);
    expect(verdicts).toMatchObject({ sufficiency: 'sufficient', minimality: 'not rejected' });
    // by a distance from the model nothing can be said of these
    expect(verdicts).not.toHaveProperty('equivalence');
    expect(tables.minimality?.rows).toHaveLength(11);
  });

  it('find the edges of a useless path redundant, after correction too', async () => {
    const { tables } = await run('circuit-tests', inflated(), { params });
    const redundant = tables.minimality?.rows.flatMap(([edge, , , , , found]) => (found === true ? [edge] : []));
    expect(redundant).toEqual(['input->a1.h0<v>', 'a1.h0->logits']);
  });

  it('by logit difference say something of equivalence and independence, the same for the same seed', async () => {
    const scored = await discover(
      {
        request: runRequestSchema.parse({ model: 'tinytasks', task: 'tinytasks/ioi', method: 'acdc', pairs: 4 }),
        modelSource: 'tinytasks',
      },
      { home },
    );
    const circuit = join(home, 'acdc.json');
    writeFileSync(circuit, JSON.stringify(scored));
    const more = {
      model: 'tinytasks',
      task: 'tinytasks/ioi',
      pairs: 12,
      params: { randomCircuits: 20, edges: 2, permutations: 100 },
    };
    const [one, other] = [await run('circuit-tests', circuit, more), await run('circuit-tests', circuit, more)];
    expect(one.tables).toEqual(other.tables);
    const rows = one.tables.tests?.rows ?? [];
    expect(rows.map(([test]) => test)).toEqual([
      'equivalence',
      'independence',
      'sufficiency',
      'partial necessity',
      'minimality',
    ]);
    for (const [, , p] of rows.slice(0, -1)) expect(p).toSatisfy((v: number) => v >= 0 && v <= 1);
    expect(one.tables.minimality?.rows.at(-1)?.[0]).toMatch(/more edges, not tested/);
  });
});

describe('completeness and minimality', () => {
  it('the exact circuit of a program needs each of its nodes, and lacks nothing while none is out', async () => {
    const { tables } = await run('circuit-criteria', exact);
    expect(tables.faithfulness?.rows[0]?.[1]).toBeCloseTo(1, 6);
    const rows = tables.completeness?.rows ?? [];
    expect(rows.map(([found]) => found)).toEqual(['none', ...Array<string>(10).fill('sample'), 'greedy']);
    // Without m2 the model's last head still reads what the intact program makes no use of, and the circuit's does not:
    // edges that do not matter alone may matter in a broken program. Nothing is left of it without that head.
    for (const [, removed, , , gap] of rows) {
      if (removed === '' || String(removed).includes('a3.h0')) expect(gap).toBeCloseTo(0, 9);
    }
    expect(tables.minimality?.rows.map(([node, , , , needed]) => [node, needed])).toEqual(
      reference.nodes.map((node) => [node, true]),
    );
  });

  it('a useless node is not needed in any company', async () => {
    const { tables } = await run('circuit-criteria', inflated());
    const useless = tables.minimality?.rows.filter(([, , , , needed]) => needed === false).map(([node]) => node);
    expect(useless).toEqual(['a1.h0']);
  });

  it('a part of the truth is not complete: the greedy search finds what it lacks', async () => {
    const { graph, scores, kept } = circuitOfReference(reference);
    kept[graph.edgeNamed('pos->m1') ?? NaN] = 0;
    const path = join(home, 'part.json');
    writeFileSync(path, writeCircuit({ graph, scores, kept }, 'mib'));
    const { tables } = await run('circuit-criteria', path);
    const rows = tables.completeness?.rows ?? [];
    expect(Math.max(...rows.map(([, , , , gap]) => Number(gap)))).toBeGreaterThan(0.01);
  });
});

it.each(['circuit-tests', 'circuit-criteria'])('%s refuses a circuit of nothing', async (method) => {
  const { graph, scores } = circuitOfReference(reference);
  const path = join(home, 'nothing.json');
  writeFileSync(path, writeCircuit({ graph, scores, kept: new Uint8Array(graph.size) }, 'mib'));
  await expect(run(method, path)).rejects.toThrow(/0 of 94 edges: there is nothing to test/);
});
