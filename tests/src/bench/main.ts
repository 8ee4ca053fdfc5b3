import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSettings } from '@patchbay/contracts/settings';
import { compareDecisions, compareScores } from './agreement.js';
import { environment } from './environments.js';
import { modelFolder } from './inputs.js';
import { type Measurement, measure, measurePatchbay } from './measure.js';
import { page } from './page.js';
import { addRun, newRuns, type WorkRecord } from './record.js';
import { hereAndNow } from './where.js';
import { type Peer, type Work, WORKS } from './works.js';

const HELP = `npm run bench -- [options]     Patchbay beside its peers; writes docs/benchmarks.md and .json

  --only ID,…      works: ${WORKS.map(({ id }) => id).join(', ')}
                   (those measured before stay on the page)
  --peers NAME,…   peers whose name begins so: TransformerLens, PyTorch, auto-circuit, circuitkit
  --check          the numbers alone: every work once on the small model, told and not written
  --runs N         runs of each side, in turn (3)
  --long S         what takes longer than S seconds is run once (40)
  --folder PATH    where peers and models are kept, some 9 GB (PATCHBAY_HOME/cache/bench)
  --python NAME    a Python from 3.10 to 3.12 (python3)
  --out PATH       the page, its data beside it (docs/benchmarks.md)
`;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'string' },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    long: { type: 'string', default: '40' },
    folder: { type: 'string', default: join(readSettings().home, 'cache/bench') },
    python: { type: 'string', default: 'python3' },
    out: { type: 'string', default: join(root, 'docs/benchmarks.md') },
    help: { type: 'boolean', default: false },
  },
});

const chosen = WORKS.filter(({ id }) => options.only?.split(',').includes(id) ?? true);
if (options.help) {
  process.stdout.write(HELP);
} else if (options.check) {
  chosen.forEach((work) => failWhereDifferent(compete({ ...work, model: 'gpt2-4-layers' }, 1)));
} else {
  const kept = readRecords();
  for (const work of chosen) {
    const record = compete(work, Number(options.runs));
    kept.set(work.id, record);
    writeFileSync(dataFile(), `${JSON.stringify([...kept.values()], null, 1)}\n`);
    writeFileSync(options.out, page(WORKS, [...kept.values()]));
    failWhereDifferent(record);
  }
}

function failWhereDifferent({ id, peers }: WorkRecord): void {
  for (const { name } of peers.filter(({ agreement }) => agreement?.agrees === false)) {
    process.stderr.write(`${id}: ${name} gives different numbers\n`);
    process.exitCode = 1;
  }
}

/** Runs the peers and Patchbay in turn, so that what else the machine does falls on all of them. */
function compete(work: Work, rounds: number): WorkRecord {
  const record: WorkRecord = {
    id: work.id,
    ...hereAndNow(),
    patchbay: newRuns(),
    peers: work.peers
      .filter(({ name }) => options.peers?.split(',').some((start) => name.startsWith(start)) ?? true)
      .map(({ name }) => ({ name, agreement: null, ...newRuns() })),
  };
  for (let round = 0; round < rounds; round++) {
    const ours = measureOurs(work);
    tell(work, 'Patchbay', ours);
    addRun(record.patchbay, ours);
    for (const runs of record.peers) {
      const peer = work.peers.find(({ name }) => name === runs.name);
      if (!peer || (runs.seconds[0] ?? 0) > Number(options.long)) continue;
      const theirs = measurePeer(work, peer);
      runs.agreement = agreementOf(work, peer, { ours, theirs });
      tell(work, peer.name, theirs, runs.agreement?.words);
      addRun(runs, theirs);
    }
  }
  const { estimate, profile } = measureOurs(work, true);
  if (estimate && profile) record.profile = { flops: estimate.flops, operators: profile };
  return record;
}

function measureOurs({ model, pairs, first, method, params }: Work, profile = false): Measurement {
  const folder = modelAt(model);
  return measurePatchbay(
    { model: folder, task: taskIn(folder, pairs), pairs: first, method, params },
    { home: options.folder, profile },
  );
}

function measurePeer(
  { model, pairs, first }: Work,
  { environment: name, script, options: more = [] }: Peer,
): Measurement {
  const folder = modelAt(model);
  const threads = String(availableParallelism());
  const python = environment(name, join(options.folder, 'environments'), options.python);
  const inputs = ['--model', folder, '--pairs', taskIn(folder, pairs), '--threads', threads];
  const some = first === undefined ? [] : ['--first', String(first)];
  return measure(python, [join(root, 'tests/src/bench/peers', script), ...inputs, ...some, ...more]);
}

function agreementOf({ params }: Work, { agrees }: Peer, x: { ours: Measurement; theirs: Measurement }) {
  if (agrees === 'scores') return compareScores(x.ours.scores, x.theirs.scores);
  return agrees === 'decisions' ? compareDecisions(x.ours, x.theirs.scores, Number(params['tau'])) : null;
}

function modelAt(name: Work['model']): string {
  return modelFolder(name, join(options.folder, 'models'));
}

function taskIn(folder: string, pairs: Work['pairs']): string {
  return join(folder, `${pairs}.jsonl`);
}

function tell({ id }: Work, name: string, { seconds, peakBytes }: Measurement, equal = ''): void {
  const cost = `${seconds.toPrecision(3)} s, ${Math.round(peakBytes / 1e6)} MB`;
  process.stderr.write(`${id}  ${name}: ${cost}  ${equal}\n`);
}

function dataFile(): string {
  return options.out.replace(/\.md$/, '.json');
}

function readRecords(): Map<string, WorkRecord> {
  if (!existsSync(dataFile())) return new Map();
  const records = JSON.parse(readFileSync(dataFile(), 'utf8')) as WorkRecord[];
  return new Map(records.map((record) => [record.id, record]));
}
