import { invalidInput } from '@patchbay/contracts';
import type { EdgeGraphShape } from '../edge-graph.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws PatchbayError `invalid-input` naming what is wrong with the text */
export function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    if (/[:,[\s](?:NaN|-?Infinity)\b/.test(text)) {
      throw invalidInput(
        'The circuit’s file holds a NaN or an infinity, which JSON does not have and no score can be.',
        'Find out where the scores came to be no numbers, and write the file again.',
        { cause },
      );
    }
    throw invalidInput('The circuit’s file is no valid JSON.', 'Write the file again.', { cause });
  }
  throw invalidInput('The circuit’s file holds no JSON object.', 'Give a circuit or a result of a run.');
}

/** The shape that a JSON object states under some names, where it states one. */
export function shapeIn(value: unknown): EdgeGraphShape | undefined {
  if (!isObject(value)) return undefined;
  const { layers, heads, mlps, parallel = false, positionSource = false } = value;
  const flags = [mlps, parallel, positionSource];
  if (!isCount(layers) || !isCount(heads) || !flags.every((flag) => typeof flag === 'boolean')) return undefined;
  return { layers, heads, mlps: mlps === true, parallel: parallel === true, positionSource: positionSource === true };
}

/** Layers and heads beyond this are no model's. */
const MOST = 10_000;

export const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST;
