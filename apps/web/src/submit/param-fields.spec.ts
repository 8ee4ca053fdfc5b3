import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { paramFields } from './param-fields.js';
import { readField } from './read-field.js';

/** As /v1/methods gives it: what zod writes of a method's schema. */
const fieldsOf = (shape: z.ZodRawShape) => {
  const fields = paramFields(z.toJSONSchema(z.strictObject(shape), { io: 'input' }));
  return Object.fromEntries(fields.map((field) => [field.name, field]));
};
const only = (type: z.ZodType) => {
  const field = fieldsOf({ it: type })['it'];
  if (!field) throw new Error('no field');
  return field;
};

describe('a form from a JSON Schema', () => {
  it('keeps the schema’s order, descriptions and defaults', () => {
    const fields = fieldsOf({
      site: z.enum(['z', 'mlp-out']).default('z').describe('what is overwritten'),
      steps: z.int().default(5),
      signs: z.boolean().default(false),
    });
    expect(Object.keys(fields)).toEqual(['site', 'steps', 'signs']);
    expect(fields['site']).toMatchObject({ description: 'what is overwritten', defaultText: 'z', required: false });
    expect(fields['steps']).toMatchObject({ kind: 'number', integer: true, defaultText: '5', min: -Infinity });
    expect(fields['signs']).toMatchObject({ kind: 'switch', defaultText: 'false' });
  });

  it('asks for what has no default', () => {
    expect(only(z.number())).toMatchObject({ required: true, defaultText: undefined });
    expect(only(z.number().optional()).required).toBe(false);
  });

  it.each([
    [z.enum(['a', 'b']), ['a', 'b']],
    [z.union([z.literal(1), z.literal('one'), z.literal(true)]), ['1', 'one', 'true']],
    [z.literal(['row', 'feature']), ['row', 'feature']],
  ])('offers the values of a choice', (type, texts) => {
    const field = only(type);
    expect(field.kind === 'choice' && [...field.options.keys()]).toEqual(texts);
  });

  it('leaves to the server what has several shapes', () => {
    const receiver = only(z.union([z.literal('logits'), z.array(z.string())]).default('logits'));
    expect(receiver).toMatchObject({ kind: 'free', defaultText: 'logits' });
    expect(readField(receiver, '["a7.h2<q>"]')).toEqual({ value: ['a7.h2<q>'] });
    expect(readField(receiver, 'logits')).toEqual({ value: 'logits' });
  });
});

describe('what a field’s text means', () => {
  it.each([
    [z.int().min(1).max(9), '0', 'Must be at least 1 and at most 9.'],
    [z.int().min(1).max(9), '10', 'Must be at least 1 and at most 9.'],
    [z.int(), '1.5', 'Must be a whole number.'],
    [z.number().gt(0), '0', 'Must be more than 0.'],
    [z.number().lt(1), '1', 'Must be less than 1.'],
    [z.number(), 'many', 'Must be a number.'],
    [z.number(), ' ', 'Needs a value.'],
    [z.enum(['a', 'b']), 'c', 'Must be one of a, b.'],
    [z.boolean(), 'yes', 'Must be true or false.'],
    [z.string().min(1), '', 'Needs a value.'],
    [z.string().max(2), 'abc', 'May have at most 2 characters.'],
    [z.string().regex(/^[a-z]+$/), 'A', 'Must match ^[a-z]+$'],
  ])('refuses %#: %o', (type, text, error) => {
    expect(readField(only(type), text)).toEqual({ error });
  });

  it.each([
    [z.int().min(1).max(9), '9', 9],
    [z.number().gt(0), '1e-3', 0.001],
    [z.enum(['a', 'b']), 'b', 'b'],
    [z.union([z.literal(1), z.literal('one')]), '1', 1],
    [z.boolean(), 'true', true],
    [z.string(), '12', '12'],
    [z.string(), '', ''],
  ])('takes %#: %o', (type, text, value) => {
    expect(readField(only(type), text)).toEqual({ value });
    expect(type.parse(value)).toEqual(value);
  });
});
