import type { TaskView } from '@patchbay/contracts';
import { bundledSets } from './bundled.js';
import { generators } from './generators/index.js';

/** The tasks that Patchbay brings along, generators first. */
export const listTasks = (): TaskView[] => [
  ...generators.map(({ id, title, description, provenance }) => ({
    name: id,
    title,
    description: `${description} ${provenance}`,
    kind: 'generator' as const,
    pairs: null,
  })),
  ...bundledSets.map(({ file: _, ...set }) => ({ ...set, kind: 'bundled' as const })),
];
