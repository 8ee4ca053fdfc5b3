import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const ours = (text: string): Set<string> =>
  new Set([...text.matchAll(/\b(?:patchbay|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name));

/** Where metrics get their names. */
const sources = [
  ...readdirSync(new URL('apps/api/src/metrics', root))
    .filter((name) => !name.endsWith('.spec.ts'))
    .map((name) => read(`apps/api/src/metrics/${name}`)),
  read('apps/worker/src/worker-metrics.ts'),
].join('\n');
/** As a scrape shows them: exporters put the kind behind the name. */
const named = [...ours(sources)].flatMap((name) => [name, `${name}_total`, `${name}_seconds`]);
const exported = new Set(named.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]));

it.each(['infra/monitoring/alerts.yaml', 'infra/monitoring/dashboard.json', 'docs/operations.md'])(
  '%s speaks only of metrics that there are',
  (path) => {
    const spoken = ours(read(path));
    expect(spoken.size).toBeGreaterThan(5);
    expect([...spoken].filter((name) => !exported.has(name))).toEqual([]);
  },
);

it('docs/operations.md names every metric of ours', () => {
  const spoken = ours(read('docs/operations.md'));
  const missing = [...ours(sources)].filter(
    (name) => ![name, `${name}_total`, `${name}_seconds`].some((as) => spoken.has(as)),
  );
  expect(missing).toEqual([]);
});

it('the dashboard can be imported', () => {
  const { panels } = JSON.parse(read('infra/monitoring/dashboard.json')) as { panels: { targets: unknown[] }[] };
  expect(panels.length).toBeGreaterThan(4);
  for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
});
