import { Text } from '@mantine/core';
import type { MethodView } from '@patchbay/contracts';
import { Section } from '../shell/section.js';
import type { Draft } from '../url/submit-search.js';
import type { FieldErrors } from './check-draft.js';
import { ParamInputs } from './param-inputs.js';

interface MethodParamsProps {
  method: MethodView;
  draft: Draft;
  errors: FieldErrors;
  onChange: (changes: Pick<Draft, 'params'>) => void;
}

/** What the method does, where it comes from, and its parameters. */
export function MethodParams({ method, draft, errors, onChange }: MethodParamsProps) {
  return (
    <Section title="Parameters">
      <Text size="sm">{method.description}</Text>
      <Text size="xs" c="dimmed" mt={2} mb="md">
        {method.citation}
      </Text>
      <ParamInputs method={method} texts={draft.params} errors={errors} onChange={(params) => onChange({ params })} />
    </Section>
  );
}
