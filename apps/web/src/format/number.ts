const MINUS = '−';

/** An effect with its sign and as many digits as mean something: `+0.1234`, `−12.35`, `−3.2e−7`, `0`. */
export function effectText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = size >= 1e5 || size < 1e-4 ? size.toExponential(2) : size.toFixed(decimals(size));
  return `${value < 0 ? MINUS : '+'}${digits.replace('e-', `e${MINUS}`).replace('e+', 'e')}`;
}

/** A plain quantity, without a plus sign. */
export const numberText = (value: number): string => effectText(value).replace(/^\+/, '');

/** The few digits that fit into a cell of a grid. */
export function cellText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = size >= 100 ? size.toFixed(0) : size >= 10 ? size.toFixed(1) : size.toFixed(2);
  return Number(digits) === 0 ? '0' : `${value < 0 ? MINUS : ''}${digits}`;
}

/** A count with thin spaces between thousands. */
export const countText = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '\u2009');

/** Units of work: whole ones as they are, fractions with one digit. */
export const unitsText = (value: number): string => (Number.isInteger(value) ? countText(value) : value.toFixed(1));

const decimals = (size: number): number => (size >= 100 ? 2 : size >= 10 ? 3 : 4);
