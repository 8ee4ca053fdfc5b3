import { invalidInput } from '@patchbay/contracts';

export type Config = Readonly<Record<string, unknown>>;

/** A whole number of the configuration, at least 1. @throws PatchbayError `invalid-input` naming the key */
export function size(config: Config, key: string, fallback?: number): number {
  const value = config[key] ?? fallback;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw invalidInput(`The model's ${key} is ${text(value)}, not a positive whole number.`, MEND);
  }
  return value;
}

/** A positive finite number of the configuration. @throws PatchbayError `invalid-input` naming the key */
export function positive(config: Config, key: string, fallback?: number): number {
  const value = config[key] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw invalidInput(`The model's ${key} is ${text(value)}, not a positive number.`, MEND);
  }
  return value;
}

/** A positive number that may be absent; a null says that it is, whatever is usual. @throws as `positive` */
export const optionalPositive = (config: Config, key: string, fallback?: number): number | undefined =>
  config[key] === null || (config[key] === undefined && fallback === undefined)
    ? undefined
    : positive(config, key, fallback);

/** A switch of the configuration. @throws PatchbayError `invalid-input` naming the key */
export function flag(config: Config, key: string, fallback: boolean): boolean {
  const value = config[key] ?? fallback;
  if (typeof value !== 'boolean') throw invalidInput(`The model's ${key} is ${text(value)}, not true or false.`, MEND);
  return value;
}

/** `of` divided into `parts` equal parts. @throws PatchbayError `invalid-input` where it does not divide */
export function divide(of: number, parts: number, what: string): number {
  if (of % parts !== 0) throw invalidInput(`The model's ${what}: ${of} cannot be divided by ${parts}.`, MEND);
  return of / parts;
}

/**
 * Refuses what would make the model compute something else than its family's graph.
 * @param plain setting → the values under which it changes nothing; absent and null always do
 * @throws PatchbayError `invalid-input` naming the setting
 */
export function refuseUnsupported(config: Config, plain: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [key, values] of Object.entries(plain)) {
    const value = config[key];
    if (value !== undefined && value !== null && !values.includes(value)) throw unsupported(key, value);
  }
}

export const unsupported = (key: string, value: unknown) =>
  invalidInput(
    `The model sets ${key} to ${text(value)}, which Patchbay does not compute.`,
    'Use a model without this setting; its results would be wrong otherwise.',
  );

const MEND = "Correct the model's configuration, or download the model again.";
const text = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 200));
