import type { ModelView } from '@patchbay/contracts';
import { elementCount } from '../formats/stored-tensor.js';
import type { ModelFiles } from '../model-files.js';

/** What the platform shows of an opened model. */
export function describeModel({ name, source, architecture, tensors, sha256 }: ModelFiles): ModelView {
  const { family, layers, heads, keyValueHeads, dModel, dHead, vocabulary, context } = architecture;
  const parameters = [...tensors.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return {
    ...{ name, source, family, layers, heads, keyValueHeads, dModel, dHead, vocabulary, context },
    parameters,
    sha256,
  };
}
