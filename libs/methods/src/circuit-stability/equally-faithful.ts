import { type Interval, jaccardOfMasks } from '@patchbay/evaluation';

/** A circuit with its faithfulness, and the intervals of the others' less its own. */
export interface Measured {
  name: string;
  kept: Uint8Array;
  value: number;
  interval: Interval;
  /** by circuit: f(other) − f(this) */
  differences: readonly Interval[];
}

/** A circuit that does as well as the others of the set and is unlike each of them. */
export interface EquallyFaithful {
  circuit: Measured;
  /** largest Jaccard index with another of the set; NaN where it is alone */
  likest: number;
  /** of its faithfulness to that of the first */
  difference: Interval;
}

/**
 * The first circuit, and each later one that is unlike all taken before it (Jaccard index below `apart`) and whose
 * faithfulness cannot be told from any of theirs (the paired interval holds 0). One alone: the samples agree.
 */
export function unlikeEach(measured: readonly Measured[], apart: number): EquallyFaithful[] {
  const taken: number[] = [];
  const holdsZero = ({ low, high }: Interval): boolean => low <= 0 && high >= 0;
  measured.forEach((circuit, i) => {
    const joins = taken.every((j) => {
      const other = measured[j];
      const difference = other?.differences[i];
      return other && difference && holdsZero(difference) && jaccardOfMasks(other.kept, circuit.kept) < apart;
    });
    if (joins) taken.push(i);
  });
  const first = measured[0];
  return taken.flatMap((i) => {
    const circuit = measured[i];
    if (!circuit || !first) return [];
    const others = taken.flatMap((j) => (j === i ? [] : (measured[j]?.kept ?? [])));
    const likest = others.length === 0 ? NaN : Math.max(...others.map((kept) => jaccardOfMasks(kept, circuit.kept)));
    return [{ circuit, likest, difference: first.differences[i] ?? { low: NaN, high: NaN } }];
  });
}
