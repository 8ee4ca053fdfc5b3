import { SimpleGrid } from '@mantine/core';
import type { MethodView, ModelView, TaskView } from '@patchbay/contracts';
import type { Draft } from '../url/submit-search.js';
import { MethodField } from './method-field.js';
import { NameField } from './name-field.js';
import { modelNotes, taskNotes } from './notes.js';

export interface Catalogue {
  models: readonly ModelView[];
  tasks: readonly TaskView[];
  methods: readonly MethodView[];
}

const NO_NOTES: ReadonlyMap<string, string> = new Map();

interface SubjectFieldsProps extends Catalogue {
  draft: Draft;
  errors: Readonly<Record<string, string | undefined>>;
  onChange: (changes: Partial<Draft>) => void;
}

/** What a run is about: which model, which task, which method, and which circuit where it evaluates one. */
export function SubjectFields({ models, tasks, methods, draft, errors, onChange }: SubjectFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NameField
        label="Model"
        hint="A known name, a folder, a .gguf file or hf:org/name"
        notes={modelNotes(models)}
        value={draft.model}
        error={errors['model']}
        onChange={(model) => onChange({ model })}
      />
      <NameField
        label="Task"
        hint="A known name or a JSONL file on the server"
        notes={taskNotes(tasks)}
        value={draft.task}
        error={errors['task']}
        onChange={(task) => onChange({ task })}
      />
      <MethodField
        methods={methods}
        value={draft.method}
        error={errors['method']}
        onChange={(id) => onChange({ method: id, params: {} })}
      />
      {methods.find(({ id }) => id === draft.method)?.needs.circuit && (
        <NameField
          label="Circuit"
          hint="The id of a run, a reference circuit or a circuit file on the server"
          notes={NO_NOTES}
          value={draft.circuit}
          error={errors['circuit']}
          onChange={(circuit) => onChange({ circuit })}
        />
      )}
    </SimpleGrid>
  );
}
