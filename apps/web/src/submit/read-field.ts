import type { NumberField, ParamField, TextField } from './param-fields.js';
import { readSetting } from './setting-text.js';

export type Reading = { value: unknown } | { error: string };

/** What a field's text means, or why it means nothing. */
export function readField(field: ParamField, text: string): Reading {
  if (text.trim() === '' && field.kind !== 'text') return { error: 'Needs a value.' };
  switch (field.kind) {
    case 'choice':
      return field.options.has(text)
        ? { value: field.options.get(text) }
        : { error: `Must be one of ${[...field.options.keys()].join(', ')}.` };
    case 'switch':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { error: 'Must be true or false.' };
    case 'number':
      return readNumber(field, text);
    case 'text':
      return readText(field, text);
    case 'free':
      return { value: readSetting(text) };
  }
}

function readNumber(field: NumberField, text: string): Reading {
  const value = Number(text);
  if (!Number.isFinite(value)) return { error: 'Must be a number.' };
  if (field.integer && !Number.isInteger(value)) return { error: 'Must be a whole number.' };
  const tooSmall = field.openMin ? value <= field.min : value < field.min;
  const tooLarge = field.openMax ? value >= field.max : value > field.max;
  return tooSmall || tooLarge ? { error: `Must be ${rangeText(field)}.` } : { value };
}

/** The bounds of a number in words; empty where there are none. */
export function rangeText({ min, max, openMin, openMax }: NumberField): string {
  const bounds = [
    ...(min === -Infinity ? [] : [`${openMin ? 'more than' : 'at least'} ${min}`]),
    ...(max === Infinity ? [] : [`${openMax ? 'less than' : 'at most'} ${max}`]),
  ];
  return bounds.join(' and ');
}

function readText(field: TextField, text: string): Reading {
  const meant = readSetting(text);
  const value = typeof meant === 'string' ? meant : text;
  if (value.length < field.minLength) {
    return { error: value === '' ? 'Needs a value.' : `Needs at least ${field.minLength} characters.` };
  }
  if (value.length > field.maxLength) return { error: `May have at most ${field.maxLength} characters.` };
  if (field.pattern && !field.pattern.test(value)) return { error: `Must match ${field.pattern.source}` };
  return { value };
}
