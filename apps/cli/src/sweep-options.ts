import { readFile } from 'node:fs/promises';
import { invalidInput, type SweepRequest, sweepRequestSchema } from '@patchbay/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { fullPath } from './commands/run.js';
import { jsonOrText } from './request-options.js';

/** Axes that have an option of their own; parameters come by `--set`. */
const AXES = ['model', 'task', 'method', 'circuit', 'pairs', 'seed', 'device'] as const;

/** Those that may be paths. */
const FILES: readonly string[] = ['model', 'task', 'circuit'];

/** What commander makes of the options of `sweep`. */
export type SweepOptions = Partial<Record<(typeof AXES)[number], unknown[]>> & {
  set: Record<string, unknown[]>;
  inFlight?: number;
  name?: string;
  reuse: boolean;
  preview?: boolean;
};

/** Adds the options of `sweep`: each takes several values, of which every combination becomes a run. */
export function addSweepOptions(command: Command): Command {
  for (const axis of AXES) {
    command.addOption(new Option(`--${axis} <values>`, `one or more, as a,b`).argParser(values));
  }
  const settings = new Option('--set <key=values>', 'a parameter and its values, as steps=5,10; can be repeated');
  return command
    .addOption(settings.argParser(addSetting).default({}, 'none'))
    .addOption(new Option('--in-flight <n>', 'runs under way at once').argParser(Number))
    .option('--name <name>', 'a name for people')
    .option('--no-reuse', 'compute what a finished run with the same manifest has computed already, again')
    .option('--preview', 'say how many runs it would be and what they would take, and submit nothing');
}

/**
 * The sweep of a file, or the grid of the options.
 * @throws PatchbayError `invalid-input` naming what is wrong
 */
export async function sweepOf(file: string | undefined, options: SweepOptions): Promise<SweepRequest> {
  const { inFlight, name, reuse } = options;
  const given = {
    ...(file === undefined ? { grid: gridOf(options) } : await readJson(file)),
    ...(inFlight !== undefined && { inFlight }),
    ...(name !== undefined && { name }),
    ...(!reuse && { reuse }),
  };
  return parsed(sweepRequestSchema, given, file ?? 'This');
}

/** @throws PatchbayError `invalid-input` for a file that is missing or not JSON */
export async function readJson(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return z.record(z.string(), z.unknown()).parse(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidInput(`${file} cannot be read as JSON: ${reason}`, 'Name a file that holds one JSON object.', {
      cause,
    });
  }
}

export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(`${what} is no sweep: ${z.prettifyError(result.error)}`, 'Correct what is named.');
}

function gridOf(options: SweepOptions): Record<string, unknown[]> {
  const axes = AXES.flatMap((axis): [string, unknown[]][] => {
    const given = options[axis];
    if (given === undefined) return [];
    return [[axis, FILES.includes(axis) ? given.map((value) => fullPath(String(value))) : given]];
  });
  const params = Object.entries(options.set).map(([key, given]): [string, unknown[]] => [`params.${key}`, given]);
  return Object.fromEntries([...axes, ...params]);
}

/** `1,2` and `["z"],["m"]` as JSON, `left,right` as words. */
function values(text: string): unknown[] {
  const list = jsonOrText(`[${text}]`);
  return Array.isArray(list) ? (list as unknown[]) : text.split(',').map(jsonOrText);
}

function addSetting(text: string, before: Record<string, unknown[]>): Record<string, unknown[]> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value,value.');
  return { ...before, [text.slice(0, at)]: values(text.slice(at + 1)) };
}
