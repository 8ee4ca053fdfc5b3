import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import {
  assertShape,
  type Circuit,
  circuitBytes,
  circuitOfReference,
  countKept,
  MAX_CIRCUIT_BYTES,
  readCircuit,
  referenceCircuits,
  tooLarge,
} from '@patchbay/circuit';
import { invalidInput, type Manifest, notFound } from '@patchbay/contracts';
import type { Architecture } from '@patchbay/transformer';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { ExperimentSpec } from '../experiment.js';
import type { Method } from '../method.js';

/**
 * The circuit that a run evaluates, of its model's graph.
 * @throws PatchbayError `invalid-input` where the method and the request do not agree on having one, or it is of another
 *   model; `not-found` where nothing has its name
 */
export async function openCircuit(
  { id, needs }: Method,
  { request, circuitText }: ExperimentSpec,
  architecture: Architecture,
): Promise<Circuit | undefined> {
  if (!needs.circuit) {
    if (request.circuit === undefined) return undefined;
    throw invalidInput(`${id} evaluates no circuit, and one was given.`, 'Leave it out, or choose an evaluation.');
  }
  if (request.circuit === undefined) {
    throw invalidInput(`${id} evaluates a circuit, and none was given.`, 'Name a reference circuit, a run or a file.');
  }
  const { shape } = edgeGraphOf(architecture);
  const reference = referenceCircuits.find((one) => one.id === request.circuit);
  if (!reference) return readCircuit(circuitText ?? (await readCircuitFile(request.circuit)), shape);
  assertShape(reference.shape, shape);
  return circuitOfReference(reference);
}

/** Text of a circuit's file, its size checked first. @throws PatchbayError `not-found`, `invalid-input` */
export async function readCircuitFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) {
    const known = referenceCircuits.map((one) => one.id).join(', ');
    throw notFound(`There is no circuit file ${path}.`, `Give the path of a file, or one of ${known}.`);
  }
  if (found.size > MAX_CIRCUIT_BYTES) throw tooLarge(`${Math.ceil(found.size / 1e6)} MB`);
  return readFile(path, 'utf8');
}

/** What tells a circuit apart: its scores and edges, not its name or format. */
export const describeCircuit = (name: string, circuit: Circuit): NonNullable<Manifest['circuit']> => ({
  name,
  sha256: createHash('sha256').update(circuitBytes(circuit)).digest('hex'),
  edges: countKept(circuit.kept),
});
