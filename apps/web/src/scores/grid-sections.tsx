import { NativeSelect, SegmentedControl, Stack } from '@mantine/core';
import { Section } from '../shell/section.js';
import { SCORE_VIEWS, type RunSearch } from '../url/run-search.js';
import type { Grid } from './grids.js';
import { Heatmap } from './heatmap.js';
import { Legend } from './legend.js';
import { scaleEnd } from './colour-scale.js';

interface GridSectionsProps {
  grids: readonly Grid[];
  /** size of effect at both ends of the colours, the same for all grids of a result */
  end: number;
  /** what an effect is, in the result's own words */
  meaning: string;
  search: RunSearch;
  onShow: (changes: RunSearch) => void;
  onChoose: (node: string) => void;
}

/** Every grid under one scale; of the heads' grids by position, one layer at a time. */
export function GridSections({ grids, end, meaning, search, onShow, onChoose }: GridSectionsProps) {
  const layers = grids.filter((grid) => grid.kind === 'head-positions');
  const layer = layers.find((grid) => String(grid.layer) === search.layer) ?? strongest(layers);
  const shown = grids.filter((grid) => grid.kind !== 'head-positions' || grid === layer);
  const view = search.view ?? 'colours';
  const controls = (
    <SegmentedControl
      size="xs"
      aria-label="Cells show"
      value={view}
      onChange={(chosen) => onShow({ view: chosen })}
      data={SCORE_VIEWS.map((value) => ({ value, label: value === 'colours' ? 'Colours' : 'Numbers' }))}
    />
  );
  return (
    <Section title="Effects" aside={controls}>
      <Stack gap="lg">
        <Stack gap="xs" align="flex-start">
          <Legend end={end} meaning={meaning} />
          {layers.length > 0 && (
            <NativeSelect
              size="xs"
              aria-label="Layer of the heads by position"
              value={String(layer?.layer)}
              onChange={(event) => onShow({ layer: event.currentTarget.value })}
              data={layers.map((grid) => ({ value: String(grid.layer), label: `Heads of layer ${grid.layer}` }))}
            />
          )}
        </Stack>
        {shown.map((grid) => (
          <Heatmap
            key={`${grid.title} ${grid.layer ?? ''}`}
            grid={grid}
            end={end}
            view={view}
            chosen={search.node}
            onChoose={onChoose}
          />
        ))}
      </Stack>
    </Section>
  );
}

/** The layer with the largest effect: the one that people look for. */
function strongest(grids: readonly Grid[]): Grid | undefined {
  const sizeOf = (grid: Grid): number => scaleEnd(grid.cells.flat().map((cell) => cell?.effect ?? 0));
  return grids.toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
}
