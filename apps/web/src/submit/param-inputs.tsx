import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import type { MethodView } from '@patchbay/contracts';
import type { FieldErrors } from './check-draft.js';
import { paramFields } from './param-fields.js';
import { ParamInput } from './param-input.js';

interface ParamInputsProps {
  method: MethodView;
  /** what was set, by parameter */
  texts: Readonly<Record<string, string>>;
  errors: FieldErrors;
  onChange: (texts: Record<string, string>) => void;
}

/** The form that a method's schema asks for, and what the address sets that the method does not have. */
export function ParamInputs({ method, texts, errors, onChange }: ParamInputsProps) {
  const fields = paramFields(method.params);
  const strangers = Object.keys(texts).filter((name) => !fields.some((field) => field.name === name));
  const without = (gone: string): void =>
    onChange(Object.fromEntries(Object.entries(texts).filter(([name]) => name !== gone)));
  return (
    <Stack>
      {fields.length === 0 && <Text size="sm">This method has no parameters.</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="lg">
        {fields.map((field) => (
          <ParamInput
            key={field.name}
            field={field}
            text={texts[field.name] ?? field.defaultText ?? ''}
            error={errors[`params.${field.name}`]}
            onChange={(text) => onChange({ ...texts, [field.name]: text })}
          />
        ))}
      </SimpleGrid>
      {strangers.map((name) => (
        <Text key={name} size="sm" c="red" className="break-anywhere">
          {errors[`params.${name}`]}{' '}
          <Anchor component="button" type="button" size="sm" onClick={() => without(name)}>
            Remove it
          </Anchor>
        </Text>
      ))}
    </Stack>
  );
}
