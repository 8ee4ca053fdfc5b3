import type { MethodResult, UnitHooks, Workbench } from '../method.js';
import { methodById, parseParams } from '../registry.js';

export const NO_HOOKS: UnitHooks = {
  onProgress: () => undefined,
  checkpoint: undefined,
  save: () => Promise.resolve(),
};

/** A whole run of a method on a model that is already there. @param params defaults where left out */
export async function runMethod(
  id: string,
  params: Record<string, unknown>,
  bench: Omit<Workbench<unknown>, 'params'>,
): Promise<MethodResult> {
  const method = methodById(id);
  const own = { ...bench, params: parseParams(method, params) };
  let state = method.start(own);
  for (;;) {
    const units = method.next(state, own);
    if (units.length === 0) return method.result(state, own);
    const partials: unknown[] = [];
    for (const unit of units) partials.push(await method.run(unit, own, NO_HOOKS));
    state = method.fold(state, partials, own);
  }
}
