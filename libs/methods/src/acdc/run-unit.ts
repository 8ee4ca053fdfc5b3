import type { UnitHooks, Workbench } from '../method.js';
import { circuitLoss, lossScale, prepareCircuitRuns, setsAtOnce } from './circuit-loss.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { Params } from './params.js';
import type { Unit } from './plan-units.js';
import { type Scan, scan, startScan } from './scan.js';
import { visitOrder } from './visit-order.js';

/** The scan as far as it has come, and the metric of both whole runs as it is reported. */
export interface Scanned {
  scan: Scan;
  baseline: { clean: number; corrupted: number };
}

export async function runUnit(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Scanned> {
  const { params, architecture, seed } = bench;
  const runs = await bench.memo('acdc', () => prepareCircuitRuns(bench));
  const graph = edgeGraphOf(architecture);
  const { loss, reported } = lossScale(params.metric, runs.raw);
  const first = unit.scan?.at ?? 0;
  const from = (hooks.checkpoint as Scan | undefined) ?? unit.scan ?? startScan(graph, loss(runs.raw.clean));
  const scanned = await scan(from, {
    graph,
    stages: visitOrder(graph, params.order, seed),
    end: unit.end,
    tau: params.tau,
    lossOf: circuitLoss(bench, runs),
    width: setsAtOnce(bench, runs),
    onStep: async (now) => {
      hooks.onProgress((now.at - first) / (unit.end - first));
      await hooks.save(now);
    },
  });
  return { scan: scanned, baseline: { clean: reported(runs.raw.clean), corrupted: reported(runs.raw.corrupted) } };
}
