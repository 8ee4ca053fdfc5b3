import type { Pair } from '@patchbay/tasks';
import { firstReadOf } from '@patchbay/transformer';
import type { UnitHooks, Workbench } from '../method.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { type EdgeRuns, type Sent, firstChange, prepareEdgeRuns } from '../edges/edge-runs.js';
import { measureEffects } from '../patching/baselines.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import type { Params } from './params.js';
import { type Unit, senderBytes } from './plan-units.js';
import { receive } from './receive.js';
import { type Receiver, readLogits, receiversOf } from './receivers.js';

export const runUnit = async (unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks)));

async function runPairs(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { direction, metric } = bench.params;
  const receivers = receiversOf(edgeGraphOf(bench.architecture), bench.params.receiver);
  const readOnly = readLogits(receivers);
  const runs = await bench.memo(`path-patching ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation: 'resample', direction, metric, readOnly }),
  );
  const effects: Record<string, Float64Array> = {};
  for (let sender = unit.firstSender; sender < unit.endSender; sender++) {
    effects[runs.graph.sourceName(sender)] = new Float64Array(pairs.length);
  }
  const batches = [...batchesOf(unit, bench, runs, receivers)];
  for (const [done, batch] of batches.entries()) {
    await bench.inHalves(batch.sent, async (sent) => {
      const final = await receive(bench.transformer, runs, { ...batch, sent, mlpPolicy: bench.params.mlpPolicy });
      const rows = sent.map(({ source, row }) => ({
        row,
        values: effects[runs.graph.sourceName(source)] as Float64Array,
      }));
      await measureEffects(bench.transformer, final, rows, { pairs, metric, direction, baselines: runs.baselines });
    });
    hooks.onProgress((done + 1) / batches.length);
  }
  const { clean, corrupted } = runs.baselines;
  const measured = batches.reduce((count, { sent }) => count + sent.length, 0);
  const leftOut = (unit.endSender - unit.firstSender) * pairs.length - measured;
  return { pairs: unit.pairs, clean, corrupted, effects, interventions: { measured, unchanged: 0, leftOut } };
}

interface Batch {
  sent: Sent[];
  receivers: Receiver[];
  start: number;
}

/**
 * Senders and pairs that run together: all senders of a batch reach the same receivers. A sender that is the same in
 * both runs has effect 0 by proof; so has one towards the logits that is the same at the last position, since with
 * heads frozen no other position is read.
 */
function* batchesOf(
  { firstSender, endSender }: Unit,
  bench: Workbench<Params>,
  runs: EdgeRuns,
  receivers: readonly Receiver[],
): Generator<Batch> {
  const { architecture, memory } = bench;
  const { length } = runs.baselines.base;
  const bytes = senderBytes(bench, length);
  const firstRead = firstReadOf(architecture, length);
  let batch: Batch | undefined;
  for (let source = firstSender; source < endSender; source++) {
    const reached = receivers.filter(({ seen }) => source < seen);
    for (const { row } of runs.rows) {
      const from = firstChange(runs, source, row, readLogits(receivers) ? firstRead : 0);
      if (from === undefined) continue;
      const own = architecture.attention === 'bidirectional' ? runs.start : Math.min(from, firstRead);
      const start = Math.min(own, batch?.start ?? length);
      const full = batch && batch.sent.length + 1 > memory.rowsAtOnce(length - start, bytes);
      if (batch && (full || batch.receivers.length !== reached.length)) {
        yield batch;
        batch = undefined;
      }
      batch ??= { sent: [], receivers: reached, start: own };
      batch.sent.push({ source, row });
      batch.start = Math.min(batch.start, own);
    }
  }
  if (batch) yield batch;
}
