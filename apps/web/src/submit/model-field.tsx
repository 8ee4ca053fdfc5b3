import { Autocomplete, Text } from '@mantine/core';
import type { ModelView } from '@patchbay/contracts';
import { countText } from '../format/number.js';

interface ModelFieldProps {
  models: readonly ModelView[];
  value: string;
  error: string | undefined;
  onChange: (model: string) => void;
}

/** One of the known models, or anything else that the server can open. */
export function ModelField({ models, value, error, onChange }: ModelFieldProps) {
  const known = new Map(models.map((model) => [model.name, model]));
  const chosen = known.get(value);
  return (
    <Autocomplete
      label="Model"
      description={chosen ? shapeText(chosen) : 'A known name, a folder, a .gguf file or hf:org/name'}
      withAsterisk
      openOnFocus
      autoComplete="off"
      data={[...known.keys()]}
      value={value}
      error={error}
      onChange={onChange}
      renderOption={({ option }) => {
        const model = known.get(option.value);
        return (
          <div>
            <Text size="sm">{option.value}</Text>
            <Text size="xs" c="dimmed">
              {model && shapeText(model)}
            </Text>
          </div>
        );
      }}
    />
  );
}

const shapeText = ({ family, layers, heads, parameters }: ModelView): string =>
  `${family}, ${layers} layers × ${heads} heads, ${countText(parameters)} parameters`;
