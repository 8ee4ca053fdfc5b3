import { countKept, keptEdges } from '@patchbay/circuit';
import { inflate, randomCircuit } from '@patchbay/evaluation';
import { Random } from '@patchbay/tasks';
import { circuitOf, partOf } from '../edge-sets/given-circuit.js';
import type { MethodContext } from '../method.js';
import type { Params } from './params.js';

export const CIRCUIT = 'circuit';
export const COMPLEMENT = 'complement';
export const withoutEdge = (edge: number): string => `without@${edge}`;
/** The circuit with a random path, and the same less one edge that the path brought. */
export const inflated = (draw: number): string => `inflated@${draw}`;
export const deflated = (draw: number): string => `deflated@${draw}`;
/** A random circuit as large as the circuit, and the model without one. */
export const random = (draw: number): string => `random@${draw}`;
export const randomComplement = (draw: number): string => `randomComplement@${draw}`;

type Context = Pick<MethodContext<Params>, 'circuit' | 'params' | 'seed'>;

/** Edges that are tested one by one. */
export const testedEdges = (context: Context): number[] => keptEdges(partOf(context)).slice(0, context.params.edges);

export function setNames(context: Context): string[] {
  const draws = [...Array(context.params.randomCircuits).keys()];
  const drawn = [inflated, deflated, random, randomComplement].flatMap((name) => draws.map(name));
  return [CIRCUIT, COMPLEMENT, ...testedEdges(context).map(withoutEdge), ...drawn];
}

/** The edges of a set, by its name. */
export function keptBy(name: string, context: Context): Uint8Array {
  const kept = partOf(context);
  const [kind, number] = name.split('@');
  const draw = Number(number);
  switch (kind) {
    case 'complement':
      return complementOf(kept);
    case 'without':
      return without(kept, draw);
    case 'inflated':
      return inflation(kept, draw, context).inflated;
    case 'deflated': {
      const { inflated: larger, removed } = inflation(kept, draw, context);
      return without(larger, removed);
    }
    case 'random':
      return randomOf(kept, draw, context);
    case 'randomComplement':
      return complementOf(randomOf(kept, draw, context));
    default:
      return kept;
  }
}

const complementOf = (kept: Uint8Array): Uint8Array => kept.map((one) => 1 - one);

function without(kept: Uint8Array, edge: number): Uint8Array {
  const left = kept.slice();
  left[edge] = 0;
  return left;
}

function inflation(kept: Uint8Array, draw: number, context: Context): { inflated: Uint8Array; removed: number } {
  const chance = new Random(seedOf(context.seed, draw, 1));
  const found = inflate(circuitOf(context).graph, kept, chance);
  if (!found) throw new Error('a part of the model lacks some edge');
  return { inflated: found.inflated, removed: chance.pick(found.added) };
}

const randomOf = (kept: Uint8Array, draw: number, context: Context): Uint8Array =>
  randomCircuit(circuitOf(context).graph, countKept(kept), new Random(seedOf(context.seed, draw, 2)));

/** Another stream of chance for each draw and purpose. */
const seedOf = (seed: number, draw: number, purpose: number): number =>
  (seed * 1_000_003 + draw * 7_919 + purpose) >>> 0;
