import { Switch, TextInput } from '@mantine/core';
import { ChoiceInput } from './choice-input.js';
import type { NumberField, ParamField } from './param-fields.js';
import { rangeText } from './read-field.js';

interface ParamInputProps {
  field: ParamField;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** The input that fits a parameter's kind. All of them hold text: what is wrong stays as it was written. */
export function ParamInput({ field, text, error, onChange }: ParamInputProps) {
  const common = { label: field.name, description: field.description, error, withAsterisk: field.required };
  switch (field.kind) {
    case 'choice':
      return <ChoiceInput {...common} options={[...field.options.keys()]} value={text} onChange={onChange} />;
    case 'switch':
      return (
        <Switch
          label={field.name}
          description={field.description}
          error={error}
          checked={text === 'true'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case 'number':
      return (
        <TextInput
          {...common}
          {...numberProps(field)}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
    case 'free':
      return (
        <TextInput
          {...common}
          description={field.kind === 'free' ? `${field.description} (a word, or JSON)` : field.description}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** The browser's own number input: arrow keys, and `1e-3` is a number. */
function numberProps(field: NumberField) {
  const range = rangeText(field);
  return {
    type: 'number',
    step: field.integer ? 1 : 'any',
    min: Number.isFinite(field.min) ? field.min : undefined,
    max: Number.isFinite(field.max) ? field.max : undefined,
    description: range === '' ? field.description : `${field.description} (${range})`,
  };
}
