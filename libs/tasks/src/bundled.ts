import { readFile } from 'node:fs/promises';

/** A set of pairs that comes with Patchbay, in its own token ids; see `data/`. */
export interface BundledSet {
  name: string;
  title: string;
  description: string;
  pairs: number;
  /** in `data/`: pairs a line, or a Tracr program's cases */
  file: `${string}.jsonl` | `${string}.json`;
}

const tinytasks = (id: string, title: string, description: string): BundledSet => ({
  name: `tinytasks/${id}`,
  title: `${title} (tinytasks)`,
  description: `${description} Fixed pairs in the token ids of the built-in model tinytasks.`,
  pairs: 256,
  file: `tinytasks/${id}.jsonl`,
});

const tracr = (program: string, pairs: number, description: string): BundledSet => ({
  name: `tracr/${program}`,
  title: `Cases of the program ${program} (Tracr)`,
  description: `${description} Inputs of the built-in model tracr-${program}; measured by the metric l2.`,
  pairs,
  file: `tracr/${program}.json`,
});

export const bundledSets: readonly BundledSet[] = [
  tinytasks('ioi', 'Indirect object identification', 'Names that the model has not seen together; ABBA and BABA.'),
  tinytasks('greater-than', 'Greater than', 'One later year against one year that is not; corrupted year 01.'),
  tinytasks('docstring', 'Docstring', 'The third parameter; corrupted: third and fourth trade places.'),
  tinytasks('induction', 'Induction', 'Random words, then a piece of them again; corrupted: another piece.'),
  tracr('reverse', 30, 'A sequence of distinct numbers, reversed.'),
  tracr('xproportion', 32, 'The fraction of tokens so far that are x.'),
  tracr('hist', 32, 'How often each token occurs in the whole sequence.'),
  tracr('sort', 32, 'Distinct numbers, sorted.'),
];

export const readBundled = (set: BundledSet): Promise<string> =>
  readFile(new URL(`../data/${set.file}`, import.meta.url), 'utf8');
