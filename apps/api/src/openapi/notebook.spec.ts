import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

/**
 * Scope: the example notebook asks for nothing that the API does not serve, and holds what it gave when it was run.
 * Running it again takes Python and NumPy, which the tests do without.
 */

interface Cell {
  cell_type: string;
  source: string[];
  outputs?: { output_type: string; text?: string[] }[];
}

const file = new URL('../../../../docs/notebooks/read-a-run.ipynb', import.meta.url);
let api: TestApi;
let text: string;
let code: Cell[];
beforeAll(async () => {
  api = await startTestApi();
  text = await readFile(file, 'utf8');
  code = (JSON.parse(text) as { cells: Cell[] }).cells.filter((cell) => cell.cell_type === 'code');
});
afterAll(() => api.close());

describe('docs/notebooks/read-a-run.ipynb', () => {
  it('asks for routes that are served', async () => {
    const { paths } = (await api.ask('GET', '/v1/openapi.json')).json as { paths: object };
    const shapeOf = (path: string): string => path.replace(/\{[^}]*\}/g, '{}');
    const served = Object.keys(paths).map(shapeOf);
    const source = code.flatMap((cell) => cell.source).join('');
    const asked = [...source.matchAll(/"(\/v1\/[^"?]*)/g)].map(([, path]) => shapeOf(path ?? ''));
    expect(asked.length).toBeGreaterThan(5);
    for (const path of asked) expect(served).toContain(path);
  });

  it('was run, to its end, and its outputs are small', () => {
    const outputs = code.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.map((output) => output.output_type)).not.toContain('error');
    expect(outputs.flatMap((output) => output.text ?? []).join('')).toMatch(/^faithfulness +0\.\d+$/m);
    expect(text.length).toBeLessThan(20_000);
  });
});
