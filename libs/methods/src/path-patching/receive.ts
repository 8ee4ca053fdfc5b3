import { LETTERS } from '@patchbay/circuit';
import {
  type BlockInput,
  type Floats,
  type Transformer,
  atRead,
  firstReadOf,
  keptAt,
  pastOf,
  takeRows,
  wholly,
} from '@patchbay/transformer';
import { type EdgeRuns, type Sent, subtracted } from '../edges/edge-runs.js';
import { FrozenStream } from './frozen-stream.js';
import type { Receiver } from './receivers.js';

/** What a receiver takes in each row: a head's input and the logits' as residual stream, an MLP's as its output. */
type Received = ReadonlyMap<Receiver, Floats>;

export interface Sending {
  /** in the order of the sources */
  sent: readonly Sent[];
  receivers: readonly Receiver[];
  start: number;
  mlpPolicy: 'recompute' | 'freeze';
}

/** What the final norm reads [sent, 1, d_model] once the receivers have taken what the senders bring them. */
export async function receive(model: Transformer, runs: EdgeRuns, sending: Sending): Promise<Floats> {
  const received = await record(model, runs, sending);
  const logits = sending.receivers.find(({ destination }) => destination.kind === 'logits');
  return (logits && received.get(logits)) ?? replay(model, runs, sending, received);
}

/** Step 2: the receivers' inputs with every other head frozen. */
async function record(model: Transformer, runs: EdgeRuns, x: Sending): Promise<Received> {
  const received = new Map<Receiver, Floats>();
  const stream = new FrozenStream(model, runs, x.sent, x.start);
  for (const receiver of x.receivers) {
    const { destination, seen } = receiver;
    const layer = destination.kind === 'logits' ? model.architecture.layers : destination.layer;
    if (x.mlpPolicy === 'recompute') await stream.recomputeTo(layer);
    else stream.freezeTo(layer);
    stream.join(seen);
    received.set(receiver, destination.kind === 'mlp' ? await stream.mlpOut() : stream.resid);
  }
  return received;
}

/** Step 3: the base run with the receivers' inputs as recorded and everything after them recomputed. */
async function replay(model: Transformer, runs: EdgeRuns, x: Sending, received: Received): Promise<Floats> {
  const { base } = runs.baselines;
  const last = model.architecture.layers - 1;
  const rows = x.sent.map(({ row }) => row);
  const first = x.receivers[0]?.destination;
  const entry = first && first.kind !== 'logits' ? first.layer : 0;
  let resid = takeRows(keptAt(base, entry, 'residPre'), rows, x.start, base.length);
  for (let layer = entry; layer <= last; layer++) {
    const keepFrom = layer === last ? firstReadOf(model.architecture, base.length) - x.start : 0;
    const input: BlockInput = { resid, start: x.start, keepFrom, past: pastOf(base, layer, x.start, rows) };
    const here = x.receivers.filter(({ destination }) => destination.kind !== 'logits' && destination.layer === layer);
    const z = await readWith(model, layer, input, here, received);
    if (z) input.z = wholly(z);
    const mlp = here.find(({ destination }) => destination.kind === 'mlp');
    if (mlp) input.mlpOut = wholeOutput(received.get(mlp), keepFrom);
    resid = (await model.block(layer, input, ['residPost'])).residPost;
  }
  return atRead(resid, model.architecture, base.length);
}

/** z of a layer whose receiving heads read what was recorded and the others the run at hand; undefined if none does. */
async function readWith(
  model: Transformer,
  layer: number,
  input: BlockInput,
  receivers: readonly Receiver[],
  received: Received,
): Promise<Floats | undefined> {
  const all = 3 * model.architecture.heads;
  const rows = input.resid.dims[0] ?? 0;
  const mask = new Float32Array(rows * all);
  let recorded: Floats | undefined;
  for (const receiver of receivers) {
    const { destination } = receiver;
    if (destination.kind !== 'head') continue;
    recorded = received.get(receiver); // the same for every head of a layer
    const column = 3 * destination.head + LETTERS.indexOf(destination.letter);
    for (let row = 0; row < rows; row++) mask[row * all + column] = 1;
  }
  if (!recorded) return undefined;
  const change = subtracted(recorded, input.resid);
  return model.edgeAttention(layer, {
    ...input,
    changes: { data: change.data, dims: [1, ...change.dims] },
    mask: { data: mask, dims: [rows, 1, all] },
  });
}

function wholeOutput(given: Floats | undefined, keepFrom: number): BlockInput['mlpOut'] {
  if (!given) throw new Error('an MLP receives before it was recorded');
  const [rows = 0, positions = 0] = given.dims;
  return wholly(takeRows(given, [...Array(rows).keys()], keepFrom, positions));
}
