import { type Destination, type EdgeGraph, type Letter, LETTERS } from '@patchbay/circuit';
import type { Pair } from '@patchbay/tasks';
import { type Architecture, firstReadOf } from '@patchbay/transformer';
import { edgeBlockBytes } from '../memory/bytes.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type EdgeRuns, firstChange, prepareEdgeRuns } from '../edges/edge-runs.js';
import { measureEffects } from '../patching/baselines.js';
import { type Interventions, NO_INTERVENTIONS, addInterventions } from '../patching/interventions.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import type { Params } from './params.js';
import type { Unit } from './plan-units.js';
import { type Cut, headVariants, logitsVariants, mlpVariants } from './variants.js';

export const runUnit = async (unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks)));

async function runPairs(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { ablation, metric } = bench.params;
  const runs = await bench.memo(`edge-patching ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation, metric, direction: 'noising' }),
  );
  const effects: Record<string, Float64Array> = {};
  let interventions = NO_INTERVENTIONS;
  const groups = groupDestinations(runs.graph, unit);
  for (const [done, group] of groups.entries()) {
    interventions = addInterventions(interventions, await measureGroup(group, runs, bench, effects));
    hooks.onProgress((done + 1) / groups.length);
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects, interventions };
}

/** Destinations whose edges are computed together: a layer's heads by letter, an MLP, or the logits. */
interface Group {
  layer: number;
  letter: Letter | undefined;
  kind: Destination['kind'];
  /** indices in the graph; for heads with the head */
  destinations: { index: number; head: number }[];
}

function groupDestinations(graph: EdgeGraph, { firstDestination, endDestination }: Unit): Group[] {
  const groups = new Map<string, Group>();
  for (let index = firstDestination; index < endDestination; index++) {
    const destination = graph.destinations[index] as Destination;
    const layer = destination.kind === 'logits' ? -1 : destination.layer;
    const [letter, head] = destination.kind === 'head' ? [destination.letter, destination.head] : [undefined, 0];
    const key = `${destination.kind} ${layer} ${letter ?? ''}`;
    const group = groups.get(key) ?? { layer, letter, kind: destination.kind, destinations: [] };
    group.destinations.push({ index, head });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Effects of all edges into a group's destinations, some sources and pairs at a time. */
async function measureGroup(
  group: Group,
  runs: EdgeRuns,
  bench: Workbench<Params>,
  effects: Record<string, Float64Array>,
): Promise<Interventions> {
  const { transformer, params, memory, architecture } = bench;
  const { graph, pairs, baselines } = runs;
  const { length } = baselines.base;
  const valuesOf = (source: number, destination: number): Float64Array =>
    (effects[`${graph.sourceName(source)}->${graph.destinationName(destination)}`] ??= new Float64Array(pairs.length));
  const seen = graph.seenBy(group.destinations[0]?.index ?? 0);
  for (let source = 0; source < seen; source++) {
    for (const { index } of group.destinations) valuesOf(source, index);
  }
  const all = cutsOf(group, runs, seen, architecture);
  const bytes = edgeBlockBytes(architecture, length, params.metric, 1);
  const most = (positions: number): number => memory.rowsAtOnce(positions, bytes);
  for (const cuts of batchesOf(all, length, most)) {
    await bench.inHalves(cuts, async (batch) => {
      for await (const { head, final } of variantsOf(group)(transformer, runs, batch)) {
        const destination = group.destinations.find((d) => d.head === head)?.index ?? 0;
        const rows = batch.map(({ source, row }) => ({ row, values: valuesOf(source, destination) }));
        const { metric } = params;
        await measureEffects(transformer, final, rows, { pairs, metric, direction: 'noising', baselines });
      }
    });
  }
  const destinations = group.destinations.length;
  const measured = all.length * destinations;
  return { measured, unchanged: 0, leftOut: seen * pairs.length * destinations - measured };
}

function variantsOf({ kind, layer, letter, destinations }: Group) {
  if (kind === 'logits') return logitsVariants;
  if (kind === 'mlp') return mlpVariants(layer);
  const heads = destinations.map(({ head }) => head);
  return headVariants(layer, LETTERS.indexOf(letter ?? 'q'), heads);
}

/**
 * Edges of every source and pair that may have an effect. The others have effect 0 by proof: their source is the same
 * in both runs wherever the destination's reading of it can still reach the answer.
 */
function cutsOf({ kind, layer, letter }: Group, runs: EdgeRuns, seen: number, architecture: Architecture): Cut[] {
  const firstRead = firstReadOf(architecture, runs.baselines.base.length);
  const readsEnd = kind === 'logits' || (layer === architecture.layers - 1 && (kind === 'mlp' || letter === 'q'));
  return Array.from({ length: seen }, (_, source) => source).flatMap((source) =>
    runs.rows.flatMap(({ row }) => {
      const from = firstChange(runs, source, row, readsEnd ? firstRead : 0);
      return from === undefined ? [] : [{ source, row, from }];
    }),
  );
}

/**
 * Cuts that start late first, so that a batch leaves out as many positions as it can.
 * @param most rows of so many positions in a batch
 */
function* batchesOf(cuts: Cut[], length: number, most: (positions: number) => number): Generator<Cut[]> {
  const sorted = cuts.toSorted((a, b) => b.from - a.from);
  for (let at = 0; at < sorted.length;) {
    let end = at + 1;
    while (end < sorted.length && end - at + 1 <= most(length - (sorted[end]?.from ?? 0))) end++;
    yield sorted.slice(at, end);
    at = end;
  }
}
