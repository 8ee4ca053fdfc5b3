import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { runListQuery } from '../api/queries.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { usePageTitle } from '../shell/use-page-title.js';
import type { RunFilters } from '../url/run-list-search.js';
import { NoRuns } from './no-runs.js';
import { RunFilterBar } from './run-filter-bar.js';
import { RunTable } from './run-table.js';

const route = getRouteApi('/runs');

export function RunListPage() {
  usePageTitle('Runs');
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Runs</Title>
        <Button renderRoot={(props) => <Link to="/submit" {...props} />}>New run</Button>
      </Group>
      <RunFilterBar filters={filters} onChange={(search) => void navigate({ search, replace: true })} />
      <RunPages filters={filters} />
    </Stack>
  );
}

function RunPages({ filters }: { filters: RunFilters }) {
  const list = useInfiniteQuery(runListQuery(filters));
  const runs = list.data?.pages.flatMap((page) => page.runs);
  if (!runs) {
    return list.error ? (
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Skeleton height={240} aria-label="Loading runs" />
    );
  }
  return (
    <>
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {runs.length === 0 ? <NoRuns filtered={Object.keys(filters).length > 0} /> : <RunTable runs={runs} />}
      <Group>
        {list.hasNextPage && (
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        )}
        {runs.length > 0 && (
          <Text size="sm" c="dimmed" aria-live="polite">
            {list.hasNextPage ? `The newest ${runs.length} are shown` : countOf(runs.length)}
          </Text>
        )}
      </Group>
    </>
  );
}

const countOf = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`);
