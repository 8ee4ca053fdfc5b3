import type { ModelCheck } from '@patchbay/contracts';

/** How far a model's logits are from its reference, in a few words. */
export function checkText(check: ModelCheck | undefined): string {
  if (!check) return 'unchecked';
  return `${check.agrees ? 'agrees' : 'DIFFERS'}, ${check.largestDifference.toExponential(1)}`;
}
