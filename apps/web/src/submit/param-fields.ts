import { settingText } from './setting-text.js';

/** What a parameter's JSON Schema says, as far as a form needs it. */
interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

interface Common {
  name: string;
  description: string;
  /** what stands in the field before anybody writes; undefined where the parameter has no default */
  defaultText: string | undefined;
  required: boolean;
}

export interface ChoiceField extends Common {
  kind: 'choice';
  /** values by the text that stands for them */
  options: ReadonlyMap<string, unknown>;
}
export interface SwitchField extends Common {
  kind: 'switch';
}
export interface NumberField extends Common {
  kind: 'number';
  integer: boolean;
  min: number;
  max: number;
  /** whether the bounds themselves are out of range */
  openMin: boolean;
  openMax: boolean;
}
export interface TextField extends Common {
  kind: 'text';
  minLength: number;
  maxLength: number;
  pattern: RegExp | undefined;
}
/** A list, or one of several shapes: written as JSON or a word, judged by the server. */
export interface FreeField extends Common {
  kind: 'free';
}
export type ParamField = ChoiceField | SwitchField | NumberField | TextField | FreeField;

/** The form of a method: a field for each property of its parameters' JSON Schema, in the schema's order. */
export function paramFields(params: Record<string, unknown>): ParamField[] {
  const { properties, required } = params as { properties?: Record<string, Schema>; required?: string[] };
  return Object.entries(properties ?? {}).map(([name, schema]) => {
    const isRequired = (required ?? []).includes(name) && schema.default === undefined;
    return fieldOf(schema, {
      name,
      description: schema.description ?? '',
      defaultText: schema.default === undefined ? undefined : settingText(schema.default),
      required: isRequired,
    });
  });
}

function fieldOf(schema: Schema, common: Common): ParamField {
  const choices = choicesOf(schema);
  if (choices) {
    return { kind: 'choice', ...common, options: new Map(choices.map((value) => [settingText(value), value])) };
  }
  switch (schema.type) {
    case 'boolean':
      return { kind: 'switch', ...common };
    case 'number':
    case 'integer':
      return { kind: 'number', ...common, ...range(schema), integer: schema.type === 'integer' };
    case 'string':
      return {
        kind: 'text',
        ...common,
        minLength: schema.minLength ?? 0,
        maxLength: schema.maxLength ?? Infinity,
        pattern: schema.pattern === undefined ? undefined : new RegExp(schema.pattern),
      };
    default:
      return { kind: 'free', ...common };
  }
}

/** The values of an `enum`, a `const`, or an `anyOf` of nothing else. */
function choicesOf({ enum: values, const: value, anyOf }: Schema): unknown[] | undefined {
  if (values) return values;
  if (value !== undefined) return [value];
  const each = anyOf?.map(choicesOf);
  return each?.every((choices) => choices !== undefined) ? each.flat() : undefined;
}

/** Bounds at or beyond what a double counts exactly are the schema writer's, not the method's. */
function range(schema: Schema): Pick<NumberField, 'min' | 'max' | 'openMin' | 'openMax'> {
  const min = Math.max(schema.minimum ?? -Infinity, schema.exclusiveMinimum ?? -Infinity);
  const max = Math.min(schema.maximum ?? Infinity, schema.exclusiveMaximum ?? Infinity);
  return {
    min: min <= Number.MIN_SAFE_INTEGER ? -Infinity : min,
    max: max >= Number.MAX_SAFE_INTEGER ? Infinity : max,
    openMin: schema.exclusiveMinimum === min,
    openMax: schema.exclusiveMaximum === max,
  };
}
