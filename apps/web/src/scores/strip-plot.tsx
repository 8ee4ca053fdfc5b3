import { effectText } from '../format/number.js';
import { stripLayout, STRIP } from './strip-layout.js';
import classes from './strip-plot.module.css';

interface StripPlotProps {
  node: string;
  values: readonly number[];
  mean: number;
}

/** Every pair a dot on one axis that always holds zero; the table beside it says the same in numbers. */
export function StripPlot({ node, values, mean }: StripPlotProps) {
  const { low, high, dots, zeroAt, meanAt } = stripLayout(values, mean);
  const label = `${values.length} effects of ${node} between ${effectText(low)} and ${effectText(high)}, mean ${effectText(mean)}`;
  return (
    <svg viewBox={`0 0 ${STRIP.width} ${STRIP.height}`} className={classes.plot} role="img" aria-label={label}>
      <line
        x1={STRIP.margin}
        x2={STRIP.width - STRIP.margin}
        y1={STRIP.axis}
        y2={STRIP.axis}
        className={classes.axis}
      />
      <line x1={zeroAt} x2={zeroAt} y1={0} y2={STRIP.axis} className={classes.zero} />
      {dots.map((dot, index) => (
        <circle key={index} cx={dot.x} cy={dot.y} r={3} className={classes.dot} />
      ))}
      <line x1={meanAt} x2={meanAt} y1={4} y2={STRIP.axis} className={classes.mean} />
      <text x={STRIP.margin} y={STRIP.height - 4} className={classes.tick}>
        {effectText(low)}
      </text>
      <text x={STRIP.width - STRIP.margin} y={STRIP.height - 4} textAnchor="end" className={classes.tick}>
        {effectText(high)}
      </text>
    </svg>
  );
}
