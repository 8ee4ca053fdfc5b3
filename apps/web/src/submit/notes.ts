import type { ModelView, TaskView } from '@patchbay/contracts';
import { countText } from '../format/number.js';

/** What the form says of each model, by name. */
export const modelNotes = (models: readonly ModelView[]): ReadonlyMap<string, string> =>
  new Map(
    models.map(({ name, family, layers, heads, parameters }) => [
      name,
      `${family}, ${layers} layers × ${heads} heads, ${countText(parameters)} parameters`,
    ]),
  );

/** What the form says of each task, by name. */
export const taskNotes = (tasks: readonly TaskView[]): ReadonlyMap<string, string> =>
  new Map(
    tasks.map(({ name, title, pairs }) => [
      name,
      pairs === null ? `${title}, as many pairs as asked for` : `${title}, ${countText(pairs)} pairs`,
    ]),
  );
