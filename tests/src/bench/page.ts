import type { Agreement } from './agreement.js';
import { profileCells } from './profile.js';
import type { Runs, WorkRecord } from './record.js';
import { table } from './table.js';
import { whereText } from './where.js';
import type { Peer, Work } from './works.js';

/** Middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = NaN, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return (low + high) / 2;
}

const INTRODUCTION = `# Benchmarks

Patchbay beside the libraries that circuit research is done with: the same weights, prompt pairs and threads, and the same
numbers, which every run checks. Written by \`npm run bench\`, which installs the peers from the Python index, makes the
models and runs both sides in turn, every run in a fresh process. Medians; the number of runs is behind the ×. Seconds are
those of computing: loading the model and opening its graphs is excluded on both sides, all else is in. Memory is the most
that the process ever held. Ratios are peer ÷ Patchbay, above 1 where Patchbay needs less; a goal that is missed says so.

Models have random weights: GPT-2 small's shape (12 layers of 12 heads, 768 wide), for ACDC 4 layers of 4 heads, 128 wide.
16 prompt pairs of 16 tokens where the work names no others, float32, on the CPU. Metric: logit difference; ACDC: KL divergence. "by hand" are scripts of
ours (\`tests/src/bench/peers\`) with the shortcuts that an expert would take.
`;

const BOUNDS = `Arithmetic that is left once what cannot change the answer is left out (as the run's estimate counts it), its rate over the
whole run, and what the operators' time goes into in one run with ONNX Runtime's profiler on. Where matrix products are
most of it, only less arithmetic would be faster. The count is an upper bound for path patching, ACDC and head codes, whose
shortcuts are seen only on the way.
`;

/** The page with every work that has been measured. */
export function page(works: readonly Work[], records: readonly WorkRecord[]): string {
  const measured = works.flatMap((work) => {
    const record = records.find(({ id }) => id === work.id);
    return record ? [{ work, record }] : [];
  });
  const rows = measured.flatMap(({ work, record }) => rowsOf(work, record));
  const machines = measured.map(({ record }) => ({ id: record.id, words: whereText(record) }));
  return [
    INTRODUCTION,
    table(['work', 'peer', 'peer', 'Patchbay', 'time', 'memory', 'equal'], rows),
    '## What bounds Patchbay\n',
    BOUNDS,
    table(['work', 'GFLOP', 'GFLOP/s', 'matrix products', 'then'], measured.flatMap(profileRow)),
    '## Where and when\n',
    grouped(machines),
    '## Versions\n',
    grouped(measured.flatMap(({ record }) => versionsOf(record))),
  ].join('\n');
}

function rowsOf(work: Work, record: WorkRecord): string[][] {
  return record.peers.flatMap((runs) => {
    const peer = work.peers.find(({ name }) => name === runs.name);
    if (!peer) return [];
    const ratio = (key: 'seconds' | 'peakBytes'): number => median(runs[key]) / median(record.patchbay[key]);
    return [
      [
        work.title,
        peer.name,
        cost(runs),
        cost(record.patchbay),
        against(ratio('seconds'), peer.goal?.time),
        against(ratio('peakBytes'), peer.goal?.memory),
        equality(peer, runs.agreement),
      ],
    ];
  });
}

const profileRow = ({ work, record: { profile, patchbay } }: { work: Work; record: WorkRecord }): string[][] =>
  profile ? [[work.title, ...profileCells(profile, median(patchbay.seconds))]] : [];

const cost = (runs: Runs): string =>
  `${median(runs.seconds).toPrecision(3)} s, ${Math.round(median(runs.peakBytes) / 1e6)} MB ×${runs.seconds.length}`;

function against(ratio: number, goal: number | undefined): string {
  const value = `${ratio.toFixed(1)}×`;
  if (goal === undefined) return value;
  return ratio >= goal ? `${value} (goal ${goal}×)` : `**${value}** (goal ${goal}× missed)`;
}

function equality({ agrees }: Peer, agreement: Agreement | null): string {
  if (typeof agrees === 'object') return `not comparable: ${agrees.not}`;
  if (!agreement) return 'not compared';
  return agreement.agrees ? agreement.words : `**differs**: ${agreement.words}`;
}

const versionsOf = (record: WorkRecord) =>
  [{ name: 'Patchbay', versions: record.patchbay.versions }, ...record.peers].map(({ name, versions }) => ({
    id: name,
    words: Object.entries(versions)
      .map(([part, version]) => `${part} ${version}`)
      .join(', '),
  }));

/** One line for everything of which the same is said. */
function grouped(facts: readonly { id: string; words: string }[]): string {
  const ids = new Map<string, Set<string>>();
  for (const { id, words } of facts) ids.set(words, (ids.get(words) ?? new Set()).add(id));
  return [...ids].map(([words, names]) => `- ${[...names].join('; ')}: ${words}\n`).join('');
}
