import { SimpleGrid, TextInput } from '@mantine/core';
import { deviceSchema, MAX_PAIRS, type TaskView } from '@patchbay/contracts';
import type { Draft } from '../url/submit-search.js';
import type { FieldErrors } from './check-draft.js';
import { ChoiceInput } from './choice-input.js';

interface RunOptionsProps {
  draft: Draft;
  task: TaskView | undefined;
  errors: FieldErrors;
  onChange: (changes: Partial<Draft>) => void;
}

/** What every run has, whatever its method. */
export function RunOptions({ draft, task, errors, onChange }: RunOptionsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} verticalSpacing="lg">
      <TextInput
        label="Pairs"
        description="Take the first N prompt pairs"
        type="number"
        min={1}
        max={MAX_PAIRS}
        placeholder={task?.pairs ? `all ${task.pairs}` : "the task's own number"}
        value={draft.pairs}
        error={errors['pairs']}
        onChange={(event) => onChange({ pairs: event.currentTarget.value })}
      />
      <TextInput
        label="Seed"
        description="Of everything random in the run"
        type="number"
        min={0}
        placeholder="0"
        value={draft.seed}
        error={errors['seed']}
        onChange={(event) => onChange({ seed: event.currentTarget.value })}
      />
      <ChoiceInput
        label="Device"
        description="Where it is computed; one that cannot start is an error"
        withAsterisk={false}
        options={deviceSchema.options}
        value={draft.device === '' ? 'cpu' : draft.device}
        error={errors['device']}
        onChange={(device) => onChange({ device })}
      />
      <TextInput
        label="Name"
        description="For people; may stay empty"
        value={draft.name}
        error={errors['name']}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        label="Tags"
        description="To find the run by, with commas between"
        value={draft.tags}
        error={errors['tags']}
        onChange={(event) => onChange({ tags: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}
