/** Measures of the plot, in its own units. */
export const STRIP = { width: 720, height: 92, margin: 12, axis: 70 } as const;
const TOP = 12;
/** Golden ratio: successive dots fall far from each other in height, the same ones each time. */
const SPREAD = 0.618033988749895;

export interface StripLayout {
  /** ends of the axis: the range of the values and zero */
  low: number;
  high: number;
  zeroAt: number;
  meanAt: number;
  dots: { x: number; y: number }[];
}

/** Where the dots of a strip plot lie: x is the value, y only keeps them apart. */
export function stripLayout(values: readonly number[], mean: number): StripLayout {
  const low = values.reduce((least, value) => Math.min(least, value), Math.min(0, mean));
  const high = values.reduce((most, value) => Math.max(most, value), Math.max(0, mean));
  const span = high - low || 1;
  const at = (value: number): number => STRIP.margin + ((value - low) / span) * (STRIP.width - 2 * STRIP.margin);
  const dots = values.map((value, index) => ({
    x: at(value),
    y: TOP + ((index * SPREAD) % 1) * (STRIP.axis - 2 * TOP),
  }));
  return { low, high, zeroAt: at(0), meanAt: at(mean), dots };
}
