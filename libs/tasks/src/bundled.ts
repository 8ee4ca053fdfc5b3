import { readFile } from 'node:fs/promises';

/** A set of pairs that comes with Patchbay, in its own token ids; see `data/`. */
export interface BundledSet {
  name: string;
  title: string;
  description: string;
  pairs: number;
}

const tinytasks = (id: string, title: string, description: string): BundledSet => ({
  name: `tinytasks/${id}`,
  title: `${title} (tinytasks)`,
  description: `${description} Fixed pairs in the token ids of the built-in model tinytasks.`,
  pairs: 256,
});

export const bundledSets: readonly BundledSet[] = [
  tinytasks('ioi', 'Indirect object identification', 'Names that the model has not seen together; ABBA and BABA.'),
  tinytasks('greater-than', 'Greater than', 'One later year against one year that is not; corrupted year 01.'),
  tinytasks('docstring', 'Docstring', 'The third parameter; corrupted: third and fourth trade places.'),
  tinytasks('induction', 'Induction', 'Random words, then a piece of them again; corrupted: another piece.'),
];

export const readBundled = (set: BundledSet): Promise<string> =>
  readFile(new URL(`../data/${set.name}.jsonl`, import.meta.url), 'utf8');
