/** Largest size of any effect: the end of the scale on both sides, so that zero is always the middle. */
export const scaleEnd = (effects: Iterable<number>): number => {
  let end = 0;
  for (const effect of effects) end = Math.max(end, Math.abs(effect));
  return end;
};

/**
 * A CSS colour for an effect: the page's neutral at 0, full blue at +end, full orange at −end, even steps between (mixed
 * in OKLab, where equal steps look equal).
 */
export function effectColour(effect: number, end: number): string {
  const pole = effect < 0 ? 'var(--effect-negative)' : 'var(--effect-positive)';
  return `color-mix(in oklab, ${pole} ${(100 * shareOf(effect, end)).toFixed(1)}%, var(--effect-zero))`;
}

/** From here on the cell is dark enough (light in the dark scheme) for the opposite text colour. */
export const isStrong = (effect: number, end: number): boolean => shareOf(effect, end) > 0.55;

const shareOf = (effect: number, end: number): number => (end === 0 ? 0 : Math.min(1, Math.abs(effect) / end));
