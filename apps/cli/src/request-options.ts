import { deviceSchema, parseBytes, type RunRequest, runRequestSchema } from '@patchbay/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

const fields = runRequestSchema.shape;

/** What commander makes of the options that `run` and `discover` share. */
export type RequestOptions = Pick<RunRequest, 'model' | 'task' | 'method' | 'pairs' | 'circuit'> & {
  set: RunRequest['params'];
  seed?: number;
  device?: RunRequest['device'];
};

/**
 * Adds the options that make up a run request; names, checks and help are the contract's own.
 * @param method where absent, it has to be named
 */
export function addRequestOptions(command: Command, method?: string): Command {
  const settings = new Option('--set <key=value>', `${fields.params.description}; can be repeated`);
  return command
    .addOption(option('--model <model>', fields.model, checked).makeOptionMandatory())
    .addOption(option('--task <task>', fields.task, checked).makeOptionMandatory())
    .addOption(withDefault(option('--method <id>', fields.method, checked), method))
    .addOption(option('--circuit <circuit>', fields.circuit, checked))
    .addOption(settings.argParser(addSetting).default({}, 'none'))
    .addOption(option('--pairs <n>', fields.pairs, checkedNumber))
    .addOption(option('--seed <n>', fields.seed, checkedNumber))
    .addOption(option('--device <device>', fields.device, checked).choices(deviceSchema.options));
}

/** An option that takes a whole number, 0 or more. */
export const countOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(checkedNumber(z.int().min(0)));

export const numberOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(checkedNumber(z.number()));

const withDefault = (one: Option, value: string | undefined): Option =>
  value === undefined ? one.makeOptionMandatory() : one.default(value);

function option(flags: string, field: z.ZodType, check: (field: z.ZodType) => (text: string) => unknown): Option {
  return new Option(flags, field.description).argParser(check(field));
}

/** What computing in this process may take, in bytes. */
export const memoryOption = (): Option =>
  new Option(
    '--memory <size>',
    'memory that it may take, as 8GB; default PATCHBAY_MEMORY, or four fifths of what is free',
  ).argParser((text: string): number => {
    const bytes = parseBytes(text);
    if (bytes === undefined) throw new InvalidArgumentError('Write it as 8GB or 512MB.');
    return bytes;
  });

/** The request, with the contract's defaults filled in. The method's own schema judges `params`. */
export function requestOf(options: RequestOptions): RunRequest {
  const { set, model, task, method, circuit, pairs, seed, device } = options;
  return runRequestSchema.parse({ model, task, method, circuit, params: set, pairs, seed, device });
}

/** A parser of an option's text that says what the schema says. */
export function checked<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => check(schema, text);
}

function checkedNumber<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => check(schema, /^[\d.+-]+$/.test(text) ? Number(text) : text);
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map((issue) => issue.message).join('; '));
}

function addSetting(text: string, before: Record<string, unknown>): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
}

/** Numbers, booleans and lists come as JSON; anything else is a word. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
