import type { MethodView } from '@patchbay/contracts';
import { z } from 'zod';
import { formatTable, print, printList } from '../output/print.js';

/** What the CLI shows of a parameter's JSON Schema. */
const parameterSchema = z.object({
  description: z.string().optional(),
  default: z.unknown(),
  enum: z.array(z.unknown()).optional(),
  type: z.string().optional(),
});

export async function listMethods(json?: boolean): Promise<void> {
  const { describeMethod, methods } = await import('@patchbay/methods');
  printList(methods.map(describeMethod), json, ['id', 'title'], (method) => [method.id, method.title]);
}

/** Shows a method with its parameters, as `--set` takes them. */
export async function showMethod(id: string, json?: boolean): Promise<void> {
  const { describeMethod, methodById } = await import('@patchbay/methods');
  const method = describeMethod(methodById(id));
  print(json ? JSON.stringify(method, null, 2) : describe(method));
}

function describe(method: MethodView): string {
  const properties = z.record(z.string(), parameterSchema).catch({}).parse(method.params['properties']);
  const rows = Object.entries(properties).map(([name, { description, default: value, enum: choices, type }]) => [
    name,
    choices ? choices.join(', ') : (type ?? ''),
    value === undefined ? '' : JSON.stringify(value),
    description ?? '',
  ]);
  return [
    `${method.id}: ${method.title}`,
    method.description,
    method.citation,
    '',
    formatTable(['parameter', 'values', 'default', ''], rows),
  ].join('\n');
}
