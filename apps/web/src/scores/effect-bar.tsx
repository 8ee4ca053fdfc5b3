import { effectColour } from './colour-scale.js';
import classes from './effect-bar.module.css';

/** An effect as a bar from zero in the middle, to the scale of its list. */
export function EffectBar({ effect, end }: { effect: number; end: number }) {
  const width = end === 0 ? 0 : (50 * Math.abs(effect)) / end;
  const left = effect < 0 ? 50 - width : 50;
  return (
    <div className={classes.track}>
      <div
        className={classes.bar}
        style={{ left: `${left}%`, width: `${width}%`, background: effectColour(Math.sign(effect), 1) }}
      />
    </div>
  );
}
