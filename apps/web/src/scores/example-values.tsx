import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { countText, effectText, numberText } from '../format/number.js';
import { Section } from '../shell/section.js';
import { useWholeList } from '../url/use-whole-list.js';
import classes from './example-values.module.css';
import { standardError } from './rank-scores.js';
import { StripPlot } from './strip-plot.js';

/** Pairs listed before somebody asks for all. */
const FIRST_PAIRS = 200;

interface ExampleValuesProps {
  node: string;
  effect: number | undefined;
  /** by pair; null where the pair lacks the site; undefined where the result keeps none */
  values: readonly (number | null)[] | undefined;
}

/** One node's effect pair by pair. */
export function ExampleValues({ node, effect, values }: ExampleValuesProps) {
  const close = (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link from="/runs/$runId" to="." search={closed} replace resetScroll={false} {...props} />}
    >
      Close
    </Anchor>
  );
  return (
    <Section title={`${node} by pair`} aside={close}>
      {effect === undefined && <Text size="sm">This result has no score by that name.</Text>}
      {effect !== undefined && !values && (
        <Text size="sm">Effect {effectText(effect)}. This result keeps no values by pair.</Text>
      )}
      {effect !== undefined && values && <Values node={node} effect={effect} values={values} />}
    </Section>
  );
}

const closed = <Search extends object>(search: Search) => ({ ...search, node: undefined });

function Values({ node, effect, values }: { node: string; effect: number; values: readonly (number | null)[] }) {
  const [isWhole, showWhole] = useWholeList('pairs');
  const known = values.filter((value) => value !== null);
  const error = standardError(known);
  const shown = isWhole ? values : values.slice(0, FIRST_PAIRS);
  return (
    <>
      <Text size="sm" mb="xs">
        Mean {effectText(effect)}
        {error === null ? '' : ` ± ${numberText(error)} (standard error)`},{' '}
        {known.length === 1 ? '1 pair' : `${countText(known.length)} pairs`}
        {known.length < values.length ? `; ${countText(values.length - known.length)} lack the site` : ''}
      </Text>
      <StripPlot node={node} values={known} mean={effect} />
      <div className={classes.list} tabIndex={0} role="group" aria-label={`Effects of ${node} by pair`}>
        <Table fz="sm" stickyHeader verticalSpacing={2} w={280} data-examples={node}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">Pair</Table.Th>
              <Table.Th ta="right">Effect</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((value, pair) => (
              <Table.Tr key={pair}>
                <Table.Td ta="right">{pair + 1}</Table.Td>
                <Table.Td ta="right">{value === null ? 'no such site' : effectText(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Group mt="xs">
        {shown.length < values.length && (
          <Button size="xs" variant="default" onClick={showWhole}>
            Show all {countText(values.length)} pairs
          </Button>
        )}
      </Group>
    </>
  );
}
