import { Table, Text } from '@mantine/core';
import type { RunEvent, RunEventBody } from '@patchbay/contracts';
import { durationText } from '../format/duration.js';
import { timeText } from '../format/time.js';
import classes from './run-history.module.css';

/** Most lines drawn; the newest are kept. */
const MAX_LINES = 200;

/** What happened, newest last. Progress is left out: the bar above shows it. */
export function RunHistory({ events, isOver }: { events: readonly RunEvent[]; isOver: boolean }) {
  const told = events.filter(({ event }) => event.type !== 'progress').slice(-MAX_LINES);
  if (told.length === 0) return null;
  return (
    <details open={!isOver}>
      <summary className={classes.summary}>History</summary>
      <Table fz="sm" verticalSpacing={4} mt="xs">
        <Table.Tbody>
          {told.map(({ id, at, event }) => (
            <Table.Tr key={id}>
              <Table.Td w={180} c="dimmed">
                {timeText(at)}
              </Table.Td>
              <Table.Td className="break-anywhere">
                <Text size="sm" span>
                  {eventText(event)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}

function eventText(event: RunEventBody): string {
  switch (event.type) {
    case 'status':
      return event.error ? `${event.status}: ${event.error.message}` : event.status;
    case 'unit': {
      const again = event.attempt > 1 ? `, at attempt ${event.attempt}` : '';
      return `unit ${event.unit} of round ${event.round} done in ${durationText(event.seconds)}${again}`;
    }
    case 'note':
      return event.message;
    case 'progress':
      return `${event.progress.stage}: ${event.progress.done} of ${event.progress.total}`;
  }
}
