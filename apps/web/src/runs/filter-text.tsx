import { Autocomplete } from '@mantine/core';
import { useState } from 'react';

interface FilterTextProps {
  label: string;
  width: number;
  data: string[];
  value: string | undefined;
  /** when the text is whole: chosen from the list, Enter, or the field left */
  onCommit: (text: string) => void;
}

/** A filter whose value may be any name; it takes effect when written to its end, not at every letter. */
export function FilterText({ label, width, data, value = '', onCommit }: FilterTextProps) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const commit = (): void => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <Autocomplete
      label={label}
      size="xs"
      w={width}
      placeholder="Any"
      clearable
      onClear={() => onCommit('')}
      data={data}
      value={text}
      onChange={setText}
      onOptionSubmit={onCommit}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
