import { Button, Table, Text, UnstyledButton } from '@mantine/core';
import { useMemo } from 'react';
import { countText, effectText, numberText } from '../format/number.js';
import type { RankBy } from '../url/run-search.js';
import { useWholeList } from '../url/use-whole-list.js';
import { EffectBar } from './effect-bar.js';
import { scaleEnd } from './colour-scale.js';
import { rankScores, type RankedScore } from './rank-scores.js';
import classes from './ranking.module.css';

/** What a list shows before somebody asks for all. */
const FIRST_SCORES = 20;

interface RankingProps {
  list: string;
  effects: Readonly<Record<string, number>>;
  perExample: Readonly<Record<string, readonly (number | null)[]>>;
  sign: 1 | -1 | null;
  rank: RankBy;
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

/** Scores in order, with what is known of their scatter over the pairs. */
export function Ranking({ list, effects, perExample, sign, rank, chosen, onChoose }: RankingProps) {
  const scores = useMemo(() => rankScores(effects, perExample, sign, rank), [effects, perExample, sign, rank]);
  const end = useMemo(() => scaleEnd(Object.values(effects)), [effects]);
  const [isWhole, showWhole] = useWholeList(list);
  const shown = isWhole ? scores : scores.slice(0, FIRST_SCORES);
  return (
    <>
      <Table.ScrollContainer minWidth={440}>
        <Table fz="sm" verticalSpacing={3} data-ranking={list} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right" w={60}>
                Rank
              </Table.Th>
              <Table.Th>Name</Table.Th>
              <Table.Th ta="right">Effect</Table.Th>
              <Table.Th ta="right">Std. error</Table.Th>
              <Table.Th ta="right">Pairs</Table.Th>
              <Table.Th aria-hidden w="35%" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((score, index) => (
              <ScoreRow
                key={score.name}
                score={score}
                place={index + 1}
                end={end}
                isChosen={score.name === chosen}
                onChoose={onChoose}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {sign !== null && rank === 'importance' && (
        <Text size="xs" c="dimmed" mt={4}>
          Importance = {sign === 1 ? 'effect' : '−effect'}: how much the model depends on it.
        </Text>
      )}
      {shown.length < scores.length && (
        <Button size="xs" variant="default" mt="xs" onClick={showWhole}>
          Show all {countText(scores.length)}
        </Button>
      )}
    </>
  );
}

interface ScoreRowProps {
  score: RankedScore;
  place: number;
  end: number;
  isChosen: boolean;
  onChoose: (name: string) => void;
}

function ScoreRow({ score, place, end, isChosen, onChoose }: ScoreRowProps) {
  return (
    <Table.Tr data-ranked={score.name} data-chosen={isChosen || undefined}>
      <Table.Td ta="right" c="dimmed">
        {place}
      </Table.Td>
      <Table.Td>
        <UnstyledButton className={classes.name} aria-pressed={isChosen} onClick={() => onChoose(score.name)}>
          {score.name}
        </UnstyledButton>
      </Table.Td>
      <Table.Td ta="right">{effectText(score.effect)}</Table.Td>
      <Table.Td ta="right">{score.standardError === null ? '–' : numberText(score.standardError)}</Table.Td>
      <Table.Td ta="right">{score.pairs === null ? '–' : countText(score.pairs)}</Table.Td>
      <Table.Td aria-hidden>
        <EffectBar effect={score.effect} end={end} />
      </Table.Td>
    </Table.Tr>
  );
}
