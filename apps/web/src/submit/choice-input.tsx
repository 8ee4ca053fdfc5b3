import { Input, SegmentedControl, Select } from '@mantine/core';

/** Beyond this, options side by side no longer read as one row. */
const MAX_SEGMENTS = 4;
const MAX_LETTERS = 40;

interface ChoiceInputProps {
  label: string;
  description: string;
  error: string | undefined;
  withAsterisk: boolean;
  options: string[];
  value: string;
  onChange: (value: string) => void;
}

/** A few short options side by side, many or long ones in a list. */
export function ChoiceInput({ options, value, onChange, ...wrapper }: ChoiceInputProps) {
  const fits = options.length <= MAX_SEGMENTS && options.join('').length <= MAX_LETTERS;
  if (!fits || !options.includes(value)) {
    return (
      <Select
        {...wrapper}
        allowDeselect={false}
        data={options}
        value={options.includes(value) ? value : null}
        placeholder={value}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <SegmentedControl
        aria-label={wrapper.label}
        mt={6}
        display="flex"
        w="fit-content"
        size="xs"
        data={options}
        value={value}
        onChange={onChange}
      />
    </Input.Wrapper>
  );
}
