import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.js';

describe('exposition', () => {
  it('writes a family as Prometheus reads it', () => {
    const family = { name: 'runs', help: 'Runs there are.', type: 'gauge' } as const;
    const samples = [{ labels: { status: 'queued', of: 'x' }, value: 2 }, { value: 0.5 }];
    expect(exposition([{ ...family, samples }])).toBe(
      '# HELP runs Runs there are.\n# TYPE runs gauge\nruns{status="queued",of="x"} 2\nruns 0.5\n',
    );
  });

  it('escapes what would end a label', () => {
    const samples = [{ labels: { path: 'a"b\\c\nd' }, value: 1 }];
    expect(exposition([{ name: 'x', help: 'X.', type: 'counter', samples }])).toContain('x{path="a\\"b\\\\c\\nd"} 1\n');
  });

  it('leaves out what has no samples', () => {
    expect(exposition([{ name: 'x', help: 'X.', type: 'gauge', samples: [] }])).toBe('');
  });
});
