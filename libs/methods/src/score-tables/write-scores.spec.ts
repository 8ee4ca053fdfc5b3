import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { writeScores } from './write-scores.js';

/** Scope: score tables and per-example values as safetensors, npz and CSV, parsed by the formats' own rules. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-scores-'));
afterAll(() => rmSync(home, { recursive: true }));

let result: Result;
beforeAll(async () => {
  const request = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'eap', pairs: 3 };
  const found = await discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
  const [first = ''] = Object.keys(found.perExample);
  // one pair that lacks a site, and a name as evaluations have them
  const perExample = { ...found.perExample, [first]: [0.5, null, -1], 'circuit-a0.h1,"m0"': [1, 2, 3] };
  result = { ...found, nodes: { m0: 0.25 }, perExample };
});

/** The files of a ZIP by its directory, each held against its checksum and its local record. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  expect(at + bytes.readUInt32LE(end + 12)).toBe(end);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [size, nameLength, local] = [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString('latin1', at + 46, at + 46 + nameLength);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    expect(bytes.toString('latin1', local + 30, local + 30 + nameLength)).toBe(name);
    const file = bytes.subarray(local + 30 + nameLength, local + 30 + nameLength + size);
    expect(bytes.readUInt32LE(at + 16)).toBe(crc32(file));
    files.set(name, file);
    at += 46 + nameLength;
  }
  return files;
}

function readNpy(file: Buffer | undefined): { shape: number[]; values: (number | string)[] } {
  if (!file) return expect.fail('no such array');
  expect(file.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
  const start = 10 + file.readUInt16LE(8);
  expect(start % 64).toBe(0);
  const header = file.toString('latin1', 10, start);
  expect(header).toMatch(/^\{'descr': '<(f8|U\d+)', 'fortran_order': False, 'shape': \((\d+, ?)*\d*\), \} *\n$/);
  const [, type = '', sizes = ''] = /'<(\w+)'.*\(([\d, ]*)\)/.exec(header) ?? [];
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const count = shape.reduce((a, b) => a * b, 1);
  const width = type === 'f8' ? 8 : 4 * Number(type.slice(1));
  expect(file.length).toBe(start + count * width);
  const values = Array.from({ length: count }, (_, i) => {
    const from = start + i * width;
    if (type === 'f8') return file.readDoubleLE(from);
    const points = Array.from({ length: width / 4 }, (_, j) => file.readUInt32LE(from + 4 * j)).filter((p) => p > 0);
    return String.fromCodePoint(...points);
  });
  return { shape, values };
}

const flat = (): number[] => Object.values(result.perExample).flatMap((values) => values.map((v) => v ?? NaN));

describe('scores', () => {
  it('as npz are arrays of float64 with arrays of names, to the last bit', () => {
    const { bytes, mediaType } = writeScores(result, 'npz');
    expect(mediaType).toBe('application/zip');
    const files = unzip(Buffer.from(bytes));
    const array = (name: string) => readNpy(files.get(`${name}.npy`));
    expect(array('edges')).toEqual({ shape: [262], values: Object.values(result.edges) });
    expect(array('edges_names').values).toEqual(Object.keys(result.edges));
    expect(array('nodes')).toEqual({ shape: [1], values: [0.25] });
    expect(array('per_example')).toEqual({ shape: [263, 3], values: flat() });
    expect(array('per_example_names').values).toEqual(Object.keys(result.perExample));
    const { shape, values } = array('manifest');
    expect(shape).toEqual([]);
    expect(JSON.parse(String(values[0]))).toEqual(JSON.parse(JSON.stringify(result.manifest)));
  });

  it('as safetensors are tensors of float64, names and manifest in the metadata', () => {
    const bytes = Buffer.from(writeScores(result, 'safetensors').bytes);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString('utf8', 8, start)) as {
      [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
    } & { __metadata__: Record<string, string> };
    expect(Object.keys(tensors)).toEqual(['nodes', 'edges', 'per_example']);
    const values = (name: string): number[] => {
      const {
        dtype,
        shape,
        data_offsets: [from, to],
      } = tensors[name] ?? expect.fail();
      expect([dtype, to - from]).toEqual(['F64', 8 * shape.reduce((a, b) => a * b, 1)]);
      return Array.from({ length: (to - from) / 8 }, (_, i) => bytes.readDoubleLE(start + from + 8 * i));
    };
    expect(values('edges')).toEqual(Object.values(result.edges));
    expect(values('per_example')).toEqual(flat());
    expect(tensors['per_example']?.shape).toEqual([263, 3]);
    expect(bytes.length).toBe(start + 8 * (1 + 262 + 263 * 3));
    expect(JSON.parse(metadata['edges_names'] ?? '')).toEqual(Object.keys(result.edges));
    expect(JSON.parse(metadata['manifest'] ?? '')).toMatchObject({ method: { id: 'eap' } });
  });

  it('as CSV are a line a name, a column a pair, empty where a pair lacks the site', () => {
    const lines = Buffer.from(writeScores(result, 'csv').bytes).toString().trimEnd().split('\n');
    expect(lines[0]).toBe('kind,name,effect,pair_0,pair_1,pair_2');
    expect(lines[1]).toBe('node,m0,0.25,,,');
    const [edge = ''] = Object.keys(result.edges);
    expect(lines[2]).toBe(`edge,${edge},${result.edges[edge]},0.5,,-1`);
    expect(lines.at(-1)).toBe('set,"circuit-a0.h1,""m0""",,1,2,3');
    expect(lines).toHaveLength(1 + 1 + 262 + 1);
  });

  it('that there are none of are refused', () => {
    expect(() => writeScores({ ...result, nodes: {}, edges: {}, perExample: {} }, 'csv')).toThrow(/scores no nodes/);
  });
});
