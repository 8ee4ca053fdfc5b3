import { cellText, effectText } from '../format/number.js';
import type { ScoreView } from '../url/run-search.js';
import { effectColour, isStrong } from './colour-scale.js';
import type { Cell } from './grids.js';
import classes from './heatmap.module.css';
import type { Place } from './move-focus.js';

interface GridCellProps {
  cell: Cell | undefined;
  place: Place;
  end: number;
  view: ScoreView;
  chosen: string | undefined;
  /** whether the Tab key stops here */
  isStop: boolean;
  onRead: (cell: Cell | undefined) => void;
  onChoose: (node: string) => void;
  onFocus: (place: Place) => void;
}

/** One node's effect. A cell without a node is empty and says so. */
export function GridCell({ cell, place, end, view, chosen, isStop, onRead, onChoose, onFocus }: GridCellProps) {
  const common = {
    role: 'gridcell',
    tabIndex: isStop ? 0 : -1,
    'data-place': `${place.row}-${place.column}`,
    onPointerEnter: () => onRead(cell),
    onFocus: () => {
      onFocus(place);
      onRead(cell);
    },
  };
  if (!cell) return <td {...common} className={classes.none} aria-label="no value" />;
  const text = `${cell.node} ${effectText(cell.effect)}`;
  return (
    <td
      {...common}
      className={classes.cell}
      title={text}
      aria-label={text}
      aria-selected={cell.node === chosen}
      data-node={cell.node}
      data-effect={cell.effect}
      data-strong={isStrong(cell.effect, end) || undefined}
      style={{ background: effectColour(cell.effect, end) }}
      onClick={() => onChoose(cell.node)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(cell.node);
      }}
    >
      {view === 'numbers' ? cellText(cell.effect) : null}
    </td>
  );
}
