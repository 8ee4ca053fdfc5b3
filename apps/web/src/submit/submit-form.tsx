import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { CopyCommands } from '../shell/copy-commands.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Section } from '../shell/section.js';
import type { Draft } from '../url/submit-search.js';
import { checkDraft } from './check-draft.js';
import { EstimateButton } from './estimate-button.js';
import { serverErrors, visibleErrors } from './field-errors.js';
import { MethodParams } from './method-params.js';
import { RunOptions } from './run-options.js';
import { type Catalogue, SubjectFields } from './subject-fields.js';
import { useDraft } from './use-draft.js';
import { useSubmitRun } from './use-submit-run.js';

export function SubmitForm(catalogue: Catalogue) {
  const { tasks, methods } = catalogue;
  const [draft, setDraft] = useDraft();
  const [tried, setTried] = useState(false);
  const method = methods.find(({ id }) => id === draft.method);
  const { request, errors: own } = checkDraft(draft, method);
  const submission = useSubmitRun(request);
  const errors = { ...serverErrors(submission.error), ...visibleErrors(own, draft, tried) };
  const change = (changes: Partial<Draft>): void => {
    submission.reset();
    setDraft({ ...draft, ...changes });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(own).length === 0) submission.mutate();
  };
  return (
    <form onSubmit={submit} noValidate aria-label="New run">
      <Stack gap="xl">
        <SubjectFields {...catalogue} draft={draft} errors={errors} onChange={change} />
        {method && <MethodParams method={method} draft={draft} errors={errors} onChange={change} />}
        <Section title="Run">
          <RunOptions
            draft={draft}
            task={tasks.find(({ name }) => name === draft.task)}
            errors={errors}
            onChange={change}
          />
        </Section>
        {submission.error && <ProblemAlert error={submission.error} />}
        <Group>
          <Button type="submit" loading={submission.isPending}>
            Start run
          </Button>
          <EstimateButton request={request} disabled={Object.keys(own).length > 0} />
          <CopyCommands request={request} disabled={Object.keys(own).length > 0} />
          {tried && Object.keys(own).length > 0 && (
            <Text size="sm" c="red" role="status">
              Correct the fields marked above.
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
