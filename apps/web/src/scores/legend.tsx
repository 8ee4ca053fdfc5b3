import { effectText } from '../format/number.js';
import classes from './legend.module.css';

/** The colour scale: always symmetric round zero, its ends the largest size of any effect in the result. */
export function Legend({ end, meaning }: { end: number; meaning: string }) {
  return (
    <div
      className={classes.legend}
      role="img"
      aria-label={`Colours from ${effectText(-end)} over 0 to ${effectText(end)}`}
    >
      <span>{effectText(-end)}</span>
      <span className={classes.bar} />
      <span>{effectText(end)}</span>
      <span className={classes.title}>{meaning}</span>
    </div>
  );
}
