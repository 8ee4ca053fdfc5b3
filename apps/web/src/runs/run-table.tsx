import { Table } from '@mantine/core';
import { isFinal, type RunView } from '@patchbay/contracts';
import { Link } from '@tanstack/react-router';
import { durationText, secondsBetween } from '../format/duration.js';
import { countText } from '../format/number.js';
import { timeText } from '../format/time.js';
import { useNow } from '../format/use-now.js';
import classes from './run-table.module.css';
import { StatusBadge } from './status-badge.js';

/** Runs, newest first. The name of the run is its link; a row is as wide as the eye needs and no row is a button. */
export function RunTable({ runs }: { runs: readonly RunView[] }) {
  const now = useNow(runs.some((run) => !isFinal(run.status)));
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table highlightOnHover verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Status</Table.Th>
            <Table.Th>Run</Table.Th>
            <Table.Th>Method</Table.Th>
            <Table.Th>Model</Table.Th>
            <Table.Th>Task</Table.Th>
            <Table.Th ta="right">Pairs</Table.Th>
            <Table.Th>Created</Table.Th>
            <Table.Th ta="right">Duration</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} now={now} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RunRow({ run, now }: { run: RunView; now: number }) {
  const { request, progress } = run;
  const seconds = secondsBetween(run.startedAt, run.finishedAt, now);
  const share = run.status === 'running' && progress && progress.total > 0 ? progress.done / progress.total : null;
  return (
    <Table.Tr data-run={run.id}>
      <Table.Td>
        <StatusBadge status={run.status} />
        {share !== null && <span className={classes.share}>{Math.floor(100 * share)}%</span>}
      </Table.Td>
      <Table.Td>
        <Link to="/runs/$runId" params={{ runId: run.id }} className={classes.link}>
          {run.name ?? <code>{run.id.slice(-8)}</code>}
        </Link>
      </Table.Td>
      <Table.Td>{request.method}</Table.Td>
      <Table.Td className="break-anywhere">{request.model}</Table.Td>
      <Table.Td className="break-anywhere">{request.task}</Table.Td>
      <Table.Td ta="right">{request.pairs === undefined ? 'all' : countText(request.pairs)}</Table.Td>
      <Table.Td className={classes.time}>{timeText(run.createdAt)}</Table.Td>
      <Table.Td ta="right" className={classes.time}>
        {seconds === null ? '–' : durationText(seconds)}
      </Table.Td>
    </Table.Tr>
  );
}
