import { Button, Group, Select } from '@mantine/core';
import { runStatusSchema } from '@patchbay/contracts';
import { useQuery } from '@tanstack/react-query';
import { methodsQuery, modelsQuery, tasksQuery } from '../api/queries.js';
import { withFilter, type RunFilters } from '../url/run-list-search.js';
import { FilterText } from './filter-text.js';

interface RunFilterBarProps {
  filters: RunFilters;
  onChange: (filters: RunFilters) => void;
}

/** One filter a field; changing one leaves the others as they are. */
export function RunFilterBar({ filters, onChange }: RunFilterBarProps) {
  const models = useQuery(modelsQuery).data ?? [];
  const tasks = useQuery(tasksQuery).data ?? [];
  const methods = useQuery(methodsQuery).data ?? [];
  const set = (name: keyof RunFilters) => (text: string | null) => onChange(withFilter(filters, name, text));
  return (
    <Group align="flex-end" gap="sm" role="search" aria-label="Filter runs">
      <Select
        label="Status"
        size="xs"
        w={130}
        placeholder="Any"
        clearable
        data={runStatusSchema.options}
        value={filters.status ?? null}
        onChange={set('status')}
      />
      <Select
        label="Method"
        size="xs"
        w={190}
        placeholder="Any"
        clearable
        data={withPresent(
          methods.map((method) => method.id),
          filters.method,
        )}
        value={filters.method ?? null}
        onChange={set('method')}
      />
      <FilterText
        label="Model"
        width={180}
        data={models.map((model) => model.name)}
        value={filters.model}
        onCommit={set('model')}
      />
      <FilterText
        label="Task"
        width={180}
        data={tasks.map((task) => task.name)}
        value={filters.task}
        onCommit={set('task')}
      />
      <FilterText label="Tag" width={130} data={[]} value={filters.tag} onCommit={set('tag')} />
      {Object.keys(filters).length > 0 && (
        <Button size="xs" variant="subtle" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

/** A filter that came with the address stays visible, known or not. */
const withPresent = (known: string[], present: string | undefined): string[] =>
  present === undefined || known.includes(present) ? known : [...known, present];
