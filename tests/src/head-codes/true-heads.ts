import { basename } from 'node:path';
import { type EdgeGraphShape, referenceCircuits } from '@patchbay/circuit';
import { openModel } from '@patchbay/transformer';
import { runMethod } from './rankings.js';

/** Heads that a ranking is held against. */
export interface TrueHeads {
  name: string;
  heads: ReadonlySet<string>;
}

/** A head counts where noising it alone moves the metric by more than this share of the gap between clean and corrupted. */
const SHARE = 0.05;

/**
 * Heads whose exact effect is large: activation patching of every head, on pairs of a task.
 * @param x.pairs all if absent
 */
export async function noisedHeads(x: {
  model: string;
  task: string;
  pairs?: number;
  home: string;
}): Promise<TrueHeads> {
  const { nodes, baseline, manifest } = await runMethod(x, 'activation-patching', { direction: 'noising' });
  const least = SHARE * Math.abs(baseline.clean - baseline.corrupted);
  const heads = Object.keys(nodes).filter((head) => Math.abs(nodes[head] ?? NaN) > least);
  const file = x.task.endsWith('.jsonl') ? ` of ${basename(x.task)}` : '';
  const name = `noised on ${manifest.task.pairs} pairs${file}: ${heads.length} of ${Object.keys(nodes).length} heads`;
  return { name, heads: new Set(heads) };
}

/** Published lists of heads for this task in a model of this shape, all variants that are known. */
export function publishedHeads(task: string, { layers, heads, mlps }: EdgeGraphShape): TrueHeads[] {
  return referenceCircuits
    .filter(
      ({ shape, ...circuit }) =>
        circuit.task === task && shape.layers === layers && shape.heads === heads && shape.mlps === mlps,
    )
    .map(({ id, nodes }) => {
      const listed = nodes.filter((node) => node.startsWith('a'));
      return { name: `${id}: ${listed.length} of ${layers * heads} heads`, heads: new Set(listed) };
    });
}

export async function shapeOf(model: string, home: string): Promise<EdgeGraphShape> {
  const { architecture } = await openModel(model, { home });
  return { layers: architecture.layers, heads: architecture.heads, mlps: architecture.dMlp > 0 };
}
