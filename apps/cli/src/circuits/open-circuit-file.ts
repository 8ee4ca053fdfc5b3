import {
  assertShape,
  type Circuit,
  circuitOfReference,
  circuitOfResult,
  EdgeGraph,
  type EdgeGraphShape,
  readCircuit,
  referenceCircuits,
} from '@patchbay/circuit';
import { invalidInput, type Result, resultSchema } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';

/** What a file that is compared with another holds: a circuit, a result, or both. */
export interface Compared {
  name: string;
  circuit?: Circuit;
  result?: Result;
}

/** What commands need to know of a model to read a circuit of it. */
export interface KnownModel {
  shape: EdgeGraphShape;
  dModel: number;
}

/** The shape of a model, from its configuration alone; undefined where none is named. */
export async function knownModel(source: string | undefined): Promise<KnownModel | undefined> {
  if (source === undefined) return undefined;
  const [{ edgeGraphOf }, { openModel }] = await Promise.all([
    import('@patchbay/methods'),
    import('@patchbay/transformer'),
  ]);
  const { architecture } = await openModel(source, { home: readSettings().home });
  return { shape: edgeGraphOf(architecture).shape, dModel: architecture.dModel };
}

/** The circuit among what was opened. @throws PatchbayError `invalid-input` where it is an evaluation of one */
export function circuitOf({ name, circuit }: Compared): Circuit {
  if (circuit) return circuit;
  throw invalidInput(`${name} is the evaluation of a circuit, not a circuit.`, 'Give the circuit that was evaluated.');
}

/** A result that was not read from a file, with its circuit unless it evaluates one. */
export function resultAsCompared(name: string, result: Result, shape?: EdgeGraphShape): Compared {
  const { circuit, model } = result.manifest;
  if (circuit || !model.graph) return { name, result };
  if (shape) assertShape(model.graph, shape);
  return { name, result, circuit: circuitOfResult(result, new EdgeGraph(model.graph)) };
}

/**
 * Reads a reference circuit by its id, a circuit's file, or a result; that of an evaluation holds no circuit itself.
 * @throws PatchbayError saying what is wrong with it
 */
export async function openCompared(name: string, shape?: EdgeGraphShape): Promise<Compared> {
  const reference = referenceCircuits.find(({ id }) => id === name);
  if (reference) return { name, circuit: circuitOfReference(reference) };
  const { readCircuitFile } = await import('@patchbay/methods');
  const text = await readCircuitFile(name);
  const result = resultIn(text);
  return { name, result, circuit: result?.manifest.circuit ? undefined : readCircuit(text, shape) };
}

/** The result of a run where the text is one. */
function resultIn(text: string): Result | undefined {
  if (!/"manifest"\s*:/.test(text)) return undefined;
  try {
    return resultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON: what reads it as a circuit says so
  }
}
