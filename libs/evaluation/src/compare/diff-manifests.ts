/** One place in which two manifests differ; undefined where one lacks it. */
export interface Difference {
  path: string;
  a: unknown;
  b: unknown;
}

/** Everything in which two plain values differ, by path: equal parts are left out. */
export function diffValues(a: unknown, b: unknown, path = ''): Difference[] {
  if (Object.is(a, b)) return [];
  if (!isPlain(a) || !isPlain(b)) {
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => diffValues(a[key], b[key], path === '' ? key : `${path}.${key}`));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
