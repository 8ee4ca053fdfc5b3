import { Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { effectText } from '../format/number.js';
import type { ScoreView } from '../url/run-search.js';
import { GridTable } from './grid-table.js';
import type { Cell, Grid } from './grids.js';
import classes from './heatmap.module.css';

interface HeatmapProps {
  grid: Grid;
  end: number;
  view: ScoreView;
  chosen: string | undefined;
  onChoose: (node: string) => void;
}

/** A grid of effects with its reading: the cell under the pointer or the keyboard's focus. */
export function Heatmap({ grid, end, view, chosen, onChoose }: HeatmapProps) {
  const [read, setRead] = useState<Cell | undefined>(undefined);
  const heading = useId();
  return (
    <figure className={classes.figure} data-grid={grid.kind}>
      <div className={classes.head}>
        <Title order={3} id={heading}>
          {grid.title}
          {grid.layer === undefined ? '' : ` of layer ${grid.layer}`}
        </Title>
        <Text size="sm" className={classes.reading} data-reading>
          {read ? (
            <>
              <span className="name">{read.node}</span> {effectText(read.effect)}
            </>
          ) : (
            <span className={classes.hint}>Point at a cell to read it; choose it to see its pairs.</span>
          )}
        </Text>
      </div>
      <GridTable
        grid={grid}
        end={end}
        view={view}
        chosen={chosen}
        labelledBy={heading}
        onRead={setRead}
        onChoose={onChoose}
      />
    </figure>
  );
}
