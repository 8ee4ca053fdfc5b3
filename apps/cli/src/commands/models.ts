import { resolve } from 'node:path';
import { invalidInput } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { checkText } from '../output/check-text.js';
import { print, printList } from '../output/print.js';

export async function listModels(api: ApiClient, json?: boolean): Promise<void> {
  printList(
    await api.models(),
    json,
    ['name', 'family', 'layers', 'heads', 'width', 'parameters', 'reference', 'source'],
    ({ name, family, layers, heads, dModel, parameters, check, source }) => [
      ...[name, family, layers, heads, dModel, parameters],
      ...[checkText(check), source],
    ],
  );
}

/** Registers a model with the API under a name. A path means what it means here, not where the API runs. */
export async function addModel(api: ApiClient, name: string, source: string | undefined): Promise<void> {
  if (source === undefined) {
    throw invalidInput(`It is not said where ${name} lies.`, `Write: patchbay models add ${name} FOLDER`);
  }
  const model = await api.addModel({ name, source: source.startsWith('hf:') ? source : resolve(source) });
  print(
    `${model.name} is registered: ${model.family}, ${model.layers} layers of ${model.heads} heads; against its reference: ${checkText(model.check)}.`,
  );
}
