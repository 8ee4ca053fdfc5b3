import type { Result } from '@patchbay/contracts';
import { encodeSafetensors } from '@patchbay/transformer';
import { encodeNumbers, encodeTexts } from './npy.js';
import { type ScoreTable, scoreTables } from './score-tables.js';
import { storedZip } from './stored-zip.js';

/** A format's writer and what its files are called. */
interface Writer {
  mediaType: string;
  write: (tables: readonly ScoreTable[], manifest: Result['manifest']) => Uint8Array;
}

const WRITERS = {
  safetensors: { mediaType: 'application/octet-stream', write: writeSafetensors },
  npz: { mediaType: 'application/zip', write: writeNpz },
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeCsv },
} satisfies Record<string, Writer>;

export type ScoreFormat = keyof typeof WRITERS;
export const SCORE_FORMATS = Object.keys(WRITERS) as [ScoreFormat, ...ScoreFormat[]];

/**
 * A result's scores and per-example values in a format of numeric software, float64.
 *
 * @throws PatchbayError `invalid-input` where the result holds none
 */
export function writeScores(result: Result, format: ScoreFormat): { bytes: Uint8Array; mediaType: string } {
  const { mediaType, write }: Writer = WRITERS[format];
  return { bytes: write(scoreTables(result), result.manifest), mediaType };
}

/** Tensors `nodes`, `edges`, `per_example`; their rows' names and the manifest are JSON in the metadata. */
function writeSafetensors(tables: readonly ScoreTable[], manifest: Result['manifest']): Uint8Array {
  const names = tables.map(({ id, names }) => [`${id}_names`, JSON.stringify(names)] as const);
  return encodeSafetensors(Object.fromEntries(tables.map(({ id, shape, data }) => [id, { shape, data }])), {
    ...Object.fromEntries(names),
    manifest: JSON.stringify(manifest),
  });
}

/** Arrays `nodes`, `edges`, `per_example` and their `…_names`; `manifest` is JSON. */
function writeNpz(tables: readonly ScoreTable[], manifest: Result['manifest']): Uint8Array {
  const arrays = tables.flatMap(({ id, names, shape, data }) => [
    [`${id}.npy`, encodeNumbers(shape, data)] as const,
    [`${id}_names.npy`, encodeTexts([names.length], names)] as const,
  ]);
  return storedZip({
    ...Object.fromEntries(arrays),
    'manifest.npy': encodeTexts([], [JSON.stringify(manifest)]),
  });
}

/** A line a name: what it is, its mean effect, and its effect for each pair; cells are empty where there is no value. */
function writeCsv(tables: readonly ScoreTable[]): Uint8Array {
  const byPair = tables.find(({ id }) => id === 'per_example');
  const pairs = byPair?.shape[1] ?? 0;
  const rowOf = new Map(byPair?.names.map((name, row) => [name, row]));
  const line = (kind: string, name: string, mean: number): string => {
    const row = rowOf.get(name);
    const values = row === undefined ? [] : [...(byPair?.data.subarray(row * pairs, (row + 1) * pairs) ?? [])];
    return [kind, quoted(name), cell(mean), ...Array.from({ length: pairs }, (_, i) => cell(values[i] ?? NaN))].join();
  };
  const means = tables.filter(({ id }) => id !== 'per_example');
  const listed = new Set(means.flatMap(({ names }) => names));
  const lines = [
    ...means.flatMap(({ id, names, data }) => names.map((name, row) => line(KINDS[id], name, data[row] ?? NaN))),
    // evaluations have values of sets of edges, which are no nodes and no edges
    ...(byPair?.names ?? []).filter((name) => !listed.has(name)).map((name) => line(KINDS.per_example, name, NaN)),
  ];
  const header = ['kind', 'name', 'effect', ...Array.from({ length: pairs }, (_, pair) => `pair_${pair}`)].join();
  return new TextEncoder().encode(`${[header, ...lines].join('\n')}\n`);
}

const KINDS = { nodes: 'node', edges: 'edge', per_example: 'set' } as const;

const cell = (value: number): string => (Number.isNaN(value) ? '' : String(value));

/** RFC 4180: names of edge sets hold commas. */
const quoted = (name: string): string => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
