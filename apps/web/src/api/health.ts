export type PartState = 'up' | 'down';

/** Whether the two things that the platform stands on answer. */
export interface Health {
  postgres: PartState;
  temporal: PartState;
}

/** Reads /v1/health. Anything but `up` counts as away: a banner too many does no harm. */
export function readHealth(body: unknown): Health {
  const parts: Partial<Record<keyof Health, unknown>> = typeof body === 'object' && body !== null ? body : {};
  const stateOf = (part: unknown): PartState => (part === 'up' ? 'up' : 'down');
  return { postgres: stateOf(parts.postgres), temporal: stateOf(parts.temporal) };
}
