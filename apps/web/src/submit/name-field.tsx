import { Autocomplete, Text } from '@mantine/core';

interface NameFieldProps {
  label: string;
  /** what may be written, shown until a known name is chosen */
  hint: string;
  /** known names and what is said of each */
  notes: ReadonlyMap<string, string>;
  value: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

/** One of the known names, or anything else that the server can open. */
export function NameField({ label, hint, notes, value, error, onChange }: NameFieldProps) {
  return (
    <Autocomplete
      label={label}
      description={notes.get(value) ?? hint}
      withAsterisk
      openOnFocus
      autoComplete="off"
      data={[...notes.keys()]}
      value={value}
      error={error}
      onChange={onChange}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.value}</Text>
          <Text size="xs" c="dimmed">
            {notes.get(option.value)}
          </Text>
        </div>
      )}
    />
  );
}
