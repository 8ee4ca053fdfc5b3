import type { Placement } from '@patchbay/transformer';

/** What Patchbay's time goes into. */
export interface Profile {
  /** floating-point operations, as the run's estimate counts them */
  flops: number;
  /** milliseconds by operator */
  operators: Record<string, number>;
}

/** These hold what is inside them, which is told of too. */
const CONTAINERS = ['If', 'Loop'];

/** Milliseconds by operator. */
export function timeByOperator(placements: readonly Placement[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const { operator, milliseconds } of placements) {
    if (!CONTAINERS.includes(operator)) times[operator] = (times[operator] ?? 0) + milliseconds;
  }
  return times;
}

const PRODUCTS = ['Gemm', 'MatMul', 'FusedMatMul', 'FusedGemm'];

/** A row of the page: arithmetic, its rate over the whole run, the share of matrix products in the operators' time, the rest. */
export function profileCells({ flops, operators }: Profile, seconds: number): string[] {
  const all = Object.values(operators).reduce((sum, ms) => sum + ms, 0);
  const share = (ms: number): string => `${Math.round((100 * ms) / all)} %`;
  const products = PRODUCTS.reduce((sum, name) => sum + (operators[name] ?? 0), 0);
  const others = Object.entries(operators)
    .filter(([name]) => !PRODUCTS.includes(name))
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([name, ms]) => `${name} ${share(ms)}`);
  const rate = flops / seconds / 1e9;
  return [(flops / 1e9).toPrecision(3), `${Math.round(rate)}`, share(products), others.join(', ')];
}
