import { type ReferenceCircuit, referenceCircuits } from '@patchbay/circuit';
import { invalidInput, type ModelView, type ReferenceView } from '@patchbay/contracts';
import type { Settings } from '@patchbay/contracts/settings';
import { Experiments, describeMethod, edgeGraphOf, methods, parseParams } from '@patchbay/methods';
import { checkJsonl, listTasks, openTask } from '@patchbay/tasks';
import {
  builtinModels,
  checkModelApart,
  describeModel,
  localModels,
  openModel,
  storedCheck,
} from '@patchbay/transformer';
import { logError } from './log.js';
import type { Catalogue } from './parts.js';

/** The catalogue of the libraries that this process has installed. */
export function openCatalogue({
  home,
  memoryBytes,
}: Pick<Settings, 'home'> & Partial<Pick<Settings, 'memoryBytes'>>): Catalogue {
  const experiments = new Experiments({ home, memoryBytes });
  const builtin = new Map<string, Promise<ModelView>>();
  const describe = async (reference: string): Promise<ModelView> => describeModel(await openModel(reference, { home }));
  const withCheck = async (view: ModelView): Promise<ModelView> => {
    const check = view.sha256 === null ? undefined : await storedCheck(view.sha256, home);
    return check ? { ...view, check } : view;
  };
  const checked = async (view: ModelView): Promise<ModelView> => {
    if (view.check) return view;
    try {
      const check = await checkModelApart(view.name, { home });
      return check ? { ...view, check } : view;
    } catch (error) {
      logError(`The built-in model ${view.name} could not be checked`, error);
      return view;
    }
  };
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
    estimate: (spec) => experiments.estimate(spec),
    describeModel(reference) {
      if (!builtinModels.includes(reference)) return describe(reference).then(withCheck);
      // Built-in models do not change: they are read, and held against their references, once.
      const view = builtin.get(reference) ?? describe(reference).then(withCheck).then(checked);
      builtin.set(reference, view);
      return view;
    },
    graphOf: async (source) => edgeGraphOf((await openModel(source, { home })).architecture).shape,
    checkModel: async (reference) => (await checkModelApart(reference, { home })) ?? undefined,
    withCheck,
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
