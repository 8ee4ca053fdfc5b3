import { Skeleton, Stack, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { methodsQuery, modelsQuery, tasksQuery } from '../api/queries.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { usePageTitle } from '../shell/use-page-title.js';
import { SubmitForm } from './submit-form.js';

export function SubmitPage() {
  usePageTitle('New run');
  const [models, tasks, methods] = useQueries({ queries: [modelsQuery, tasksQuery, methodsQuery] });
  const failed = [models, tasks, methods].find((query) => query.error);
  return (
    <Stack>
      <Title order={1}>New run</Title>
      {failed && <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />}
      {models.data && tasks.data && methods.data ? (
        <SubmitForm models={models.data} tasks={tasks.data} methods={methods.data} />
      ) : (
        !failed && <Skeleton height={320} aria-label="Loading models, tasks and methods" />
      )}
    </Stack>
  );
}
