import { NativeSelect } from '@mantine/core';
import { RANKINGS, type RankBy } from '../url/run-search.js';

const LABELS: Record<RankBy, string> = { importance: 'importance', size: 'size of the effect', name: 'name' };

interface RankSelectProps {
  rank: RankBy;
  /** null where the result does not say what importance is */
  sign: 1 | -1 | null;
  onChange: (rank: RankBy) => void;
}

export function RankSelect({ rank, sign, onChange }: RankSelectProps) {
  const possible = RANKINGS.filter((by) => by !== 'importance' || sign !== null);
  return (
    <NativeSelect
      size="xs"
      aria-label="Rank by"
      value={rank}
      onChange={(event) => {
        const chosen = RANKINGS.find((by) => by === event.currentTarget.value);
        if (chosen) onChange(chosen);
      }}
      data={possible.map((by) => ({ value: by, label: `by ${LABELS[by]}` }))}
    />
  );
}
