import { type ReferenceCircuit, referenceCircuits } from '@patchbay/circuit';
import { invalidInput, type ModelView, type ReferenceView } from '@patchbay/contracts';
import { describeMethod, methods, parseParams } from '@patchbay/methods';
import { checkJsonl, listTasks, openTask } from '@patchbay/tasks';
import { builtinModels, describeModel, localModels, openModel } from '@patchbay/transformer';
import type { Catalogue } from './parts.js';

/** The catalogue of the libraries that this process has installed. */
export function openCatalogue({ home }: { home: string }): Catalogue {
  const builtin = new Map<string, Promise<ModelView>>();
  const describe = async (reference: string): Promise<ModelView> => describeModel(await openModel(reference, { home }));
  const methodViews = methods.map(describeMethod);
  return {
    methods: methodViews,
    builtinModels,
    localModels: () => localModels(home),
    tasks: listTasks(),
    references: referenceCircuits.map(viewOf),
    countPairs: checkJsonl,
    parseParams(id, params) {
      const method = methods.find((known) => known.id === id);
      if (method) return parseParams(method, params);
      const known = methods.map((method) => method.id).join(', ');
      throw invalidInput(`There is no method ${JSON.stringify(id)}.`, `Choose one of ${known}.`);
    },
    describeModel(reference) {
      if (!builtinModels.includes(reference)) return describe(reference);
      // Built-in models do not change: they are read once.
      const view = builtin.get(reference) ?? describe(reference);
      builtin.set(reference, view);
      return view;
    },
    async examples(task, reference, count) {
      const model = await openModel(reference, { home });
      const { pairs } = await openTask(task, { model, pairs: count, seed: 0 });
      const words = (ids: readonly number[]) => ids.map((id) => model.tokenizer.decode([id]));
      return pairs.map(({ clean, corrupted, answers, wrongs }) => ({
        clean: model.tokenizer.decode(clean),
        corrupted: model.tokenizer.decode(corrupted),
        answers: words(answers),
        wrongs: words(wrongs),
      }));
    },
  };
}

const viewOf = ({ id, title, model, task, ablation, source, nodes, edges, note }: ReferenceCircuit): ReferenceView => ({
  ...{ id, title, model, task, ablation, source },
  nodes: [...nodes],
  edges: edges ? [...edges] : null,
  note: note ?? null,
});
