import { Stack } from '@mantine/core';
import { importanceSign, type Manifest, type Result } from '@patchbay/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Section } from '../shell/section.js';
import type { RunSearch } from '../url/run-search.js';
import { scaleEnd } from './colour-scale.js';
import { ExampleValues } from './example-values.js';
import { GridSections } from './grid-sections.js';
import { gridsOf } from './grids.js';
import { RankSelect } from './rank-select.js';
import { Ranking } from './ranking.js';
import classes from './score-sections.module.css';

const route = getRouteApi('/runs/$runId');

/** Node and edge scores: as grids, ranked, and by pair for the one that is chosen. */
export function ScoreSections({ result }: { result: Result }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { nodes, edges, perExample, manifest } = result;
  const grids = useMemo(() => gridsOf(nodes), [nodes]);
  const end = useMemo(() => scaleEnd(Object.values(nodes)), [nodes]);
  const sign = importanceSign(manifest.conventions);
  const rank = search.rank ?? (sign === null ? 'size' : 'importance');
  const show = (changes: RunSearch): void =>
    void navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const choose = (node: string): void => show({ node: node === search.node ? undefined : node });
  const values = search.node === undefined ? undefined : perExample[search.node];
  const common = { perExample, sign, rank, chosen: search.node, onChoose: choose };
  const rankSelect = <RankSelect rank={rank} sign={sign} onChange={(by) => show({ rank: by })} />;
  return (
    <div className={classes.columns}>
      {grids.length > 0 && (
        <div className={classes.grids}>
          <GridSections {...{ grids, end, search }} meaning={effectMeaning(manifest)} onShow={show} onChoose={choose} />
        </div>
      )}
      <Stack gap="xl" className={classes.lists}>
        {search.node !== undefined && (
          <ExampleValues node={search.node} effect={nodes[search.node] ?? edges[search.node]} values={values} />
        )}
        {Object.keys(nodes).length > 0 && (
          <Section title="Nodes" aside={rankSelect}>
            <Ranking list="nodes" effects={nodes} {...common} />
          </Section>
        )}
        {Object.keys(edges).length > 0 && (
          <Section title="Edges" aside={rankSelect}>
            <Ranking list="edges" effects={edges} {...common} />
          </Section>
        )}
      </Stack>
    </div>
  );
}

const effectMeaning = ({ conventions }: Manifest): string =>
  `effect = ${conventions['effect'] ?? 'metric(patched) − metric(base run)'}`;
