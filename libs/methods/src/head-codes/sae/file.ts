import { invalidInput } from '@patchbay/contracts';
import { decodeSafetensors, encodeSafetensors } from '@patchbay/transformer';
import type { Params } from '../params.js';
import { type Autoencoder, PARTS, sizesOf } from './autoencoder.js';

/** How the vectors were made that an autoencoder was trained on: new ones must be made alike. */
export type Positions = Params['positions'];

/** The bytes of a safetensors file: the parts by their names, and how the vectors were made. */
export function writeAutoencoder(
  autoencoder: Autoencoder,
  settings: Readonly<Record<string, unknown>> & { positions: Positions },
): Uint8Array {
  const sizes = sizesOf(autoencoder);
  const tensors = PARTS.map((part) => [part, { shape: sizes[part], data: autoencoder[part] }] as const);
  const texts = Object.entries(settings).map(([name, value]) => [name, String(value)] as const);
  return encodeSafetensors(Object.fromEntries(tensors), Object.fromEntries(texts));
}

/**
 * Reads it back.
 * @param name of the file, for errors
 * @throws PatchbayError `invalid-input` where it is no autoencoder of head outputs
 */
export async function readAutoencoder(
  bytes: Uint8Array,
  name: string,
): Promise<{ autoencoder: Autoencoder; positions: Positions }> {
  const { tensors, metadata } = await decodeSafetensors(bytes, name);
  const [features = 0, width = 0] = tensors.get('encoder')?.shape ?? [];
  const sizes = sizesOf({ features, width });
  const parts = PARTS.map((part) => {
    const tensor = tensors.get(part);
    if (tensor?.shape.join() === sizes[part].join() && features > 0) return [part, tensor.data] as const;
    throw noAutoencoder(name, `it has no tensor ${part} of the shape that goes with the others`);
  });
  const { positions, differences } = metadata;
  if (differences !== undefined && differences !== 'none') {
    throw invalidInput(
      `${name} codes what a head changes between the two prompts of a pair, not its output on one prompt.`,
      'Give the autoencoder of a head-codes run without differences.',
    );
  }
  if (positions !== 'mean' && positions !== 'last') {
    throw noAutoencoder(name, 'it does not say whether it codes the mean over positions or the last one');
  }
  return {
    autoencoder: { width, features, ...(Object.fromEntries(parts) as Pick<Autoencoder, (typeof PARTS)[number]>) },
    positions,
  };
}

const noAutoencoder = (name: string, what: string): Error =>
  invalidInput(`${name} is no autoencoder of head outputs: ${what}.`, 'Give a file that a head-codes run left behind.');
