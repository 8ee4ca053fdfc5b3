import { Select } from '@mantine/core';
import type { MethodView } from '@patchbay/contracts';

interface MethodFieldProps {
  methods: readonly MethodView[];
  value: string;
  error: string | undefined;
  onChange: (id: string) => void;
}

export function MethodField({ methods, value, error, onChange }: MethodFieldProps) {
  const isUnknown = value !== '' && !methods.some(({ id }) => id === value);
  return (
    <Select
      label="Method"
      description={methods.find(({ id }) => id === value)?.title ?? 'What is done with the model and the task'}
      withAsterisk
      searchable
      allowDeselect={false}
      data={[...methods.map(({ id }) => id), ...(isUnknown ? [value] : [])]}
      value={value === '' ? null : value}
      error={error ?? (isUnknown ? `There is no method ${value} on this server.` : undefined)}
      onChange={(id) => onChange(id ?? '')}
    />
  );
}
