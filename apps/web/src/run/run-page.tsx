import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { isFinal, type RunView } from '@patchbay/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { runQuery } from '../api/queries.js';
import { useRunEvents } from '../api/use-run-events.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { usePageTitle } from '../shell/use-page-title.js';
import { RequestList } from './request-list.js';
import { ResultView } from './result-view.js';
import { RunHeader, runTitle } from './run-header.js';
import { RunHistory } from './run-history.js';
import { RunProgress } from './run-progress.js';

const route = getRouteApi('/runs/$runId');

export function RunPage() {
  const { runId } = route.useParams();
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  usePageTitle(run ? `${runTitle(run)}, ${run.status}` : 'Run');
  if (run) return <Run key={runId} run={run} error={error} />;
  return error ? (
    <ProblemAlert error={error} onRetry={() => void refetch()} />
  ) : (
    <Skeleton height={240} aria-label="Loading the run" />
  );
}

function Run({ run, error }: { run: RunView; error: Error | null }) {
  const { events, connection } = useRunEvents(run.id);
  return (
    <Stack gap="xl">
      <RunHeader run={run} />
      {error && <ProblemAlert error={error} />}
      {run.error && (
        <Alert color="red" title={run.error.message} className="break-anywhere" data-run-error>
          <Text size="sm">{run.error.action}</Text>
        </Alert>
      )}
      <RunProgress run={run} events={events} connection={connection} />
      {run.status === 'succeeded' ? <ResultView runId={run.id} /> : <RequestList request={run.request} />}
      <RunHistory events={events} isOver={isFinal(run.status)} />
    </Stack>
  );
}
