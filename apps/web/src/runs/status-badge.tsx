import { Badge } from '@mantine/core';
import type { RunStatus } from '@patchbay/contracts';

const COLOURS: Record<RunStatus, string> = {
  queued: 'gray',
  running: 'blue',
  succeeded: 'teal',
  failed: 'red',
  cancelled: 'yellow',
};

/** The word carries the meaning; the dot's colour only helps the eye. */
export function StatusBadge({ status }: { status: RunStatus }) {
  return (
    <Badge variant="dot" color={COLOURS[status]} tt="none" fw={500} radius="sm" data-status={status}>
      {status}
    </Badge>
  );
}
