import { invalidInput } from '@patchbay/contracts';
import { divide, positive, refuseUnsupported, unsupported, type Config } from './config-reader.js';

/** `rope_theta` and how it is scaled, as one: transformers 5 writes both as `rope_parameters`. */
export function rotarySettings(config: Config): Config {
  const scaling = asConfig(config.rope_parameters) ?? asConfig(config.rope_scaling) ?? {};
  return { ...scaling, rope_theta: config.rope_theta ?? scaling.rope_theta };
}

/**
 * Turn per position of each pair of a head's dimensions, slowest last, as `rope_theta` and `rope_scaling` say.
 * Su et al. 2021, "RoFormer", section 3.2.2.
 * @param width of the part of a head that is turned
 * @throws PatchbayError `invalid-input` for a scaling other than none, linear, llama3 or a GGUF file's own factors
 */
export function inverseFrequencies(config: Config, width: number): number[] {
  const scaling = rotarySettings(config);
  refuseUnsupported(scaling, { partial_rotary_factor: [1] });
  const theta = positive(scaling, 'rope_theta', 10_000);
  const pairs = divide(width, 2, 'head size by 2, as rotary positions need');
  const plain = Array.from({ length: pairs }, (_, pair) => theta ** ((-2 * pair) / width));
  const type = scaling.rope_type ?? scaling.type ?? 'default';
  switch (type) {
    case 'default':
      return plain;
    case 'linear':
      return plain.map((frequency) => frequency / positive(scaling, 'factor'));
    case 'llama3':
      return plain.map((frequency) => scaleLlama3(frequency, scaling));
    case FACTORS:
      return divideByFactors(plain, scaling.factors);
    default:
      throw unsupported('rope_scaling', type);
  }
}

/** `rope_type` of a configuration read from a GGUF file that carries one divisor per pair (`rope_freqs.weight`). */
export const FACTORS = 'gguf-factors';

/** Llama 3.1: long waves are slowed by `factor`, short ones kept, those between blended. */
function scaleLlama3(frequency: number, scaling: Config): number {
  const factor = positive(scaling, 'factor');
  const low = positive(scaling, 'low_freq_factor');
  const high = positive(scaling, 'high_freq_factor');
  const context = positive(scaling, 'original_max_position_embeddings');
  const wavesInContext = (context * frequency) / (2 * Math.PI);
  if (wavesInContext < low) return frequency / factor;
  if (wavesInContext > high) return frequency;
  const blend = (wavesInContext - low) / (high - low);
  return ((1 - blend) * frequency) / factor + blend * frequency;
}

function divideByFactors(plain: readonly number[], factors: unknown): number[] {
  const divisors = Array.isArray(factors) ? factors.filter((factor) => typeof factor === 'number' && factor > 0) : [];
  if (divisors.length !== plain.length) {
    throw invalidInput(
      `rope_freqs.weight holds ${divisors.length} usable factors for ${plain.length} rotary pairs.`,
      'Download or convert the GGUF file again.',
    );
  }
  return plain.map((frequency, pair) => frequency / Number(divisors[pair]));
}

const asConfig = (value: unknown): Config | undefined =>
  typeof value === 'object' && value !== null ? (value as Config) : undefined;
