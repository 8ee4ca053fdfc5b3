import { Skeleton, Stack } from '@mantine/core';
import { bytesText, type Manifest, type Result } from '@patchbay/contracts';
import { useQuery } from '@tanstack/react-query';
import { resultQuery } from '../api/queries.js';
import { durationText } from '../format/duration.js';
import { numberText } from '../format/number.js';
import { ScoreSections } from '../scores/score-sections.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Section } from '../shell/section.js';
import { settingText } from '../submit/setting-text.js';
import { Figures } from './figures.js';
import { ManifestList } from './manifest-list.js';
import { ResultTable } from './result-table.js';

/** What a succeeded run found: whichever parts its method gives. */
export function ResultView({ runId }: { runId: string }) {
  const { data: result, error, refetch } = useQuery(resultQuery(runId));
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!result) return <Skeleton height={320} aria-label="Loading the result" />;
  return (
    <Stack gap="xl">
      <Section title="Baselines">
        <Figures figures={baselineFigures(result)} />
      </Section>
      <ScoreSections result={result} />
      {Object.entries(result.tables).map(([name, table]) => (
        <Section key={name} title={name}>
          <ResultTable name={name} table={table} />
        </Section>
      ))}
      <ManifestList manifest={result.manifest} />
    </Stack>
  );
}

const baselineFigures = ({ baseline, manifest, seconds, memory }: Result) => [
  { name: 'Clean', value: numberText(baseline.clean) },
  { name: 'Corrupted', value: numberText(baseline.corrupted) },
  { name: 'Clean − corrupted', value: numberText(baseline.clean - baseline.corrupted) },
  { name: 'Metric', value: metricOf(manifest) },
  { name: 'Pairs', value: String(manifest.task.pairs) },
  { name: 'Load', value: durationText(seconds.load) },
  { name: 'Compute', value: durationText(seconds.compute) + estimated(manifest.estimate?.seconds, durationText) },
  { name: 'Peak memory', value: bytesText(memory.peakBytes) + estimated(manifest.estimate?.peakBytes, bytesText) },
  ...(memory.halvings ? [{ name: 'Batches halved', value: String(memory.halvings) }] : []),
];

const estimated = (value: number | undefined, text: (value: number) => string): string =>
  value === undefined ? '' : ` (estimated ${text(value)})`;

const metricOf = ({ method }: Manifest): string => settingText(method.params['metric'] ?? `set by ${method.id}`);
