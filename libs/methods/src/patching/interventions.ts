import type { Table } from '@patchbay/contracts';

/** Interventions of a run: each on one pair. Those that change nothing have effect 0, and a result should say so. */
export interface Interventions {
  measured: number;
  /** of the measured ones: base and donor have the very same values there */
  unchanged: number;
  /** effect 0 without measuring: base and donor are known to agree there, or no path leads from there to the answer */
  leftOut: number;
}

export const NO_INTERVENTIONS: Interventions = { measured: 0, unchanged: 0, leftOut: 0 };

export const addInterventions = (a: Interventions, b: Interventions = NO_INTERVENTIONS): Interventions => ({
  measured: a.measured + b.measured,
  unchanged: a.unchanged + b.unchanged,
  leftOut: a.leftOut + b.leftOut,
});

export const interventionsTable = ({ measured, unchanged, leftOut }: Interventions): Table => ({
  columns: ['measured', 'of them without a change', 'left out, 0 by proof'],
  rows: [[measured, unchanged, leftOut]],
});
