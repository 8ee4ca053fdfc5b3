import { invalidInput } from '@patchbay/contracts';
import { size, type Config } from './config-reader.js';

/**
 * Which layers attend through a sliding window: as `layer_types` lists them, else as the family's older
 * configurations meant it.
 * @param usual whether a layer slides where the configuration lists nothing
 * @throws PatchbayError `invalid-input` for a list of another length or with other kinds of attention
 */
export function slidingLayers(config: Config, usual: (layer: number) => boolean): readonly boolean[] {
  const layers = size(config, 'num_hidden_layers');
  const types = config.layer_types ?? Array.from({ length: layers }, (_, layer) => (usual(layer) ? SLIDING : FULL));
  if (Array.isArray(types) && types.length === layers && types.every((type) => type === SLIDING || type === FULL)) {
    return types.map((type) => type === SLIDING);
  }
  throw invalidInput(
    `The model's layer_types are not ${layers} of ${SLIDING} and ${FULL}.`,
    'Use a model whose layers all attend in full or through a window.',
  );
}

const SLIDING = 'sliding_attention';
const FULL = 'full_attention';
