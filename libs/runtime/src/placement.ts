import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Nodes that ONNX Runtime computed on one execution provider, of one operator over the same element types. */
export interface Placement {
  /** as ONNX Runtime calls it, for instance `CPUExecutionProvider` */
  provider: string;
  operator: string;
  /** element types that go in or come out, in alphabetical order */
  types: string[];
  nodes: number;
  /** all their runs together */
  milliseconds: number;
}

/** One line of ONNX Runtime's profile, as far as it is read. */
interface ProfileEvent {
  cat?: string;
  name?: string;
  /** microseconds */
  dur?: number;
  args?: { provider?: string; op_name?: string } & Partial<
    Record<'input_type_shape' | 'output_type_shape', Record<string, number[]>[]>
  >;
}

let folder: string | undefined;

/** Session options that make ONNX Runtime write down where each node is computed; none unless somebody records. */
export const profilingOptions = (): { enableProfiling?: true; profileFilePrefix?: string } =>
  folder === undefined ? {} : { enableProfiling: true, profileFilePrefix: join(folder, 'session') };

/**
 * Runs some work and tells where ONNX Runtime computed its nodes: a provider that lacks a kernel leaves a node to the
 * cpu without saying so. Only sessions that the work opens and releases are told of; it takes twice as long.
 */
export async function recordPlacements<T>(work: () => Promise<T>): Promise<{ value: T; placements: Placement[] }> {
  const own = await mkdtemp(join(tmpdir(), 'patchbay-placement-'));
  folder = own;
  try {
    const value = await work();
    const files = await readdir(own);
    const events = await Promise.all(files.map(async (file) => readProfile(await readFile(join(own, file), 'utf8'))));
    return { value, placements: events.flatMap(placementsOf).reduce(joined, []) };
  } finally {
    folder = undefined;
    await rm(own, { recursive: true, force: true });
  }
}

const readProfile = (text: string): ProfileEvent[] => JSON.parse(text) as ProfileEvent[];

/** Of one session, each node counted once however often it ran; an If or Loop holds the time of what is in it. */
function placementsOf(events: readonly ProfileEvent[]): Placement[] {
  const seen = new Set<string>();
  return events.flatMap(({ cat, name = '', dur = 0, args }) => {
    if (cat !== 'Node' || args?.provider === undefined || args.op_name === undefined) return [];
    const nodes = seen.has(name) ? 0 : 1;
    seen.add(name);
    const values = [...(args.input_type_shape ?? []), ...(args.output_type_shape ?? [])];
    const types = [...new Set(values.flatMap((value) => Object.keys(value)))].sort();
    return [{ provider: args.provider, operator: args.op_name, types, nodes, milliseconds: dur / 1000 }];
  });
}

function joined(all: Placement[], one: Placement): Placement[] {
  const same = all.find((p) => p.provider === one.provider && p.operator === one.operator && equal(p.types, one.types));
  if (same) {
    same.nodes += one.nodes;
    same.milliseconds += one.milliseconds;
  } else all.push({ ...one });
  return all;
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();
