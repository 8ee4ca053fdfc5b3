import { memo, useRef, useState, type KeyboardEvent } from 'react';
import type { ScoreView } from '../url/run-search.js';
import { moveFocus, type Place } from './move-focus.js';
import type { Cell, Grid } from './grids.js';
import { GridCell } from './grid-cell.js';
import classes from './heatmap.module.css';

interface GridTableProps {
  grid: Grid;
  end: number;
  view: ScoreView;
  chosen: string | undefined;
  labelledBy: string;
  onRead: (cell: Cell | undefined) => void;
  onChoose: (node: string) => void;
}

/**
 * The grid as a table, so that it is one for screen readers as well: one stop of the Tab key, arrow keys inside, Enter
 * chooses. Kept from drawing again while only the reading changes.
 */
export const GridTable = memo(function GridTable(props: GridTableProps) {
  const { grid, end, view, chosen, labelledBy, onRead, onChoose } = props;
  const table = useRef<HTMLTableElement>(null);
  const [focus, setFocus] = useState<Place>({ row: 0, column: 0 });
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moveFocus(event.key, focus, { rows: grid.rows.length, columns: grid.columns.length });
    if (!next) return;
    event.preventDefault();
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row}-${next.column}"]`)?.focus();
  };
  return (
    <div className={classes.scroll} onPointerLeave={() => onRead(undefined)}>
      <table
        ref={table}
        role="grid"
        aria-labelledby={labelledBy}
        className={classes.grid}
        data-view={view}
        data-size={isSmall(grid) ? 'large' : undefined}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            <th className={classes.corner} scope="col">
              {grid.rowAxis} \ {grid.columnAxis}
            </th>
            {grid.columns.map((column) => (
              <th key={column} scope="col" className={classes.label}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((label, row) => (
            <tr key={label}>
              <th scope="row" className={classes.label}>
                {label}
              </th>
              {grid.columns.map((column, index) => (
                <GridCell
                  key={column}
                  cell={grid.cells[row]?.[index]}
                  place={{ row, column: index }}
                  isStop={focus.row === row && focus.column === index}
                  {...{ end, view, chosen, onRead, onChoose }}
                  onFocus={setFocus}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

/** A small model's grid gets large cells. */
const LARGE_CELLS = 12;
const isSmall = ({ rows, columns }: Grid): boolean => Math.max(rows.length, columns.length) <= LARGE_CELLS;
