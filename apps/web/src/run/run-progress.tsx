import { Progress, Text } from '@mantine/core';
import { isFinal, type RunEvent, type RunView } from '@patchbay/contracts';
import type { Connection } from '../api/use-run-events.js';
import { durationText, etaText, secondsBetween } from '../format/duration.js';
import { unitsText } from '../format/number.js';
import { useNow } from '../format/use-now.js';
import { Section } from '../shell/section.js';
import { Figures, type Figure } from './figures.js';
import { throughput, throughputText } from './throughput.js';

/** A running run that says nothing for so long deserves a remark. */
const SILENCE_SECONDS = 30;

interface RunProgressProps {
  run: RunView;
  events: readonly RunEvent[];
  connection: Connection;
}

/** How far the run is, how fast, and how long it may take; once it has ended, how long it took. */
export function RunProgress({ run, events, connection }: RunProgressProps) {
  const isOver = isFinal(run.status);
  const now = useNow(!isOver);
  const { progress } = run;
  const elapsed = secondsBetween(run.startedAt, run.finishedAt, now);
  const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
  const figures: Figure[] = [
    { name: isOver ? 'Took' : 'Elapsed', value: elapsed === null ? 'not started' : durationText(elapsed) },
    ...(progress ? [{ name: 'Units', value: `${unitsText(progress.done)} of ${unitsText(progress.total)}` }] : []),
    ...(isOver
      ? []
      : [{ name: 'Stage', value: progress?.stage ?? (run.status === 'queued' ? 'waiting' : 'starting') }]),
    ...(run.status === 'running'
      ? [
          { name: 'Left', value: etaText(progress?.etaSeconds ?? null) },
          { name: 'Throughput', value: throughputText(throughput(events)) },
        ]
      : []),
    { name: 'Restarted units', value: String(run.attempts) },
  ];
  return (
    <Section title="Progress">
      {!isOver && (
        <Progress.Root size="md" mb="sm">
          <Progress.Section value={100 * share} aria-label="Units of work done" color="slate" />
        </Progress.Root>
      )}
      <Figures figures={figures} />
      <Remark run={run} events={events} connection={connection} now={now} />
    </Section>
  );
}

/** What keeps people from wondering: a broken stream, a queue without a worker, a silent run. */
function Remark({ run, events, connection, now }: RunProgressProps & { now: number }) {
  if (isFinal(run.status)) return null;
  const lastAt = Math.max(
    Date.parse(run.startedAt ?? run.createdAt),
    ...events.slice(-1).map(({ at }) => Date.parse(at)),
  );
  const silence = (now - lastAt) / 1000;
  const remarks = [
    ...(connection === 'lost' ? ['The live stream broke and is being taken up again.'] : []),
    ...(silence < SILENCE_SECONDS
      ? []
      : run.status === 'queued'
        ? [`No worker has taken it for ${durationText(silence)}: is one running for ${run.request.device}?`]
        : [`Nothing heard for ${durationText(silence)}.`]),
  ];
  return (
    <Text size="sm" c="dimmed" mt="xs" role="status">
      {remarks.join(' ')}
    </Text>
  );
}
