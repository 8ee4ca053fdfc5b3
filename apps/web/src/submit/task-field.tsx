import { Autocomplete, Text } from '@mantine/core';
import type { TaskView } from '@patchbay/contracts';
import { countText } from '../format/number.js';

interface TaskFieldProps {
  tasks: readonly TaskView[];
  value: string;
  error: string | undefined;
  onChange: (task: string) => void;
}

/** One of the known tasks, or a file that the server can read. */
export function TaskField({ tasks, value, error, onChange }: TaskFieldProps) {
  const known = new Map(tasks.map((task) => [task.name, task]));
  const chosen = known.get(value);
  return (
    <Autocomplete
      label="Task"
      description={chosen ? noteOf(chosen) : 'A known name or a JSONL file on the server'}
      withAsterisk
      openOnFocus
      autoComplete="off"
      data={[...known.keys()]}
      value={value}
      error={error}
      onChange={onChange}
      renderOption={({ option }) => {
        const task = known.get(option.value);
        return (
          <div>
            <Text size="sm">{option.value}</Text>
            <Text size="xs" c="dimmed">
              {task && noteOf(task)}
            </Text>
          </div>
        );
      }}
    />
  );
}

const noteOf = ({ title, pairs }: TaskView): string =>
  pairs === null ? `${title}, as many pairs as asked for` : `${title}, ${countText(pairs)} pairs`;
