import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { isFinal, type RunView } from '@patchbay/contracts';
import { Link } from '@tanstack/react-router';
import { resultPath } from '../api/client.js';
import { StatusBadge } from '../runs/status-badge.js';
import { CopyCommands } from '../shell/copy-commands.js';
import { searchOfRequest } from '../url/submit-search.js';
import { CancelButton } from './cancel-button.js';

export const runTitle = (run: RunView): string => run.name ?? `${run.request.method} of ${run.request.task}`;

/** What the run is, and what can be done with it. */
export function RunHeader({ run }: { run: RunView }) {
  const { request } = run;
  return (
    <Stack gap="sm">
      <div>
        <Group gap="sm">
          <Title order={1} className="break-anywhere">
            {runTitle(run)}
          </Title>
          <StatusBadge status={run.status} />
        </Group>
        <Text size="sm" c="dimmed" className="break-anywhere">
          {request.method} · {request.model} · {request.task}
          {run.tags.map((tag) => ` · #${tag}`)}
        </Text>
        <Text size="xs" c="dimmed">
          <code>{run.id}</code>
        </Text>
      </div>
      <Group gap="xs">
        {!isFinal(run.status) && <CancelButton runId={run.id} />}
        {run.status === 'succeeded' && (
          <Button size="xs" component="a" href={resultPath(run.id)} download={`patchbay-${run.id}.json`}>
            Download the result
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/submit" search={searchOfRequest(request)} {...props} />}
        >
          Run again with changes
        </Button>
        <CopyCommands request={request} />
      </Group>
    </Stack>
  );
}
