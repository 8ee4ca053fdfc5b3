import { afterEach, expect, it, vi } from 'vitest';
import { log } from './log.js';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
afterEach(() => stderr.mockClear());
const lines = (): unknown[] => stderr.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);

it('writes one JSON line with what it is about', () => {
  log('info', 'The run has started', { runId: 'r-1', device: 'cpu' });
  expect(lines()).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      message: 'The run has started',
      runId: 'r-1',
      device: 'cpu',
    },
  ]);
});

it('gives an error with its stack and cause, on the same line', () => {
  log('error', 'It did not work', { error: new Error('outer\nline', { cause: new Error('inner') }) });
  const [line] = lines() as [{ error: string }];
  expect(line.error).toMatch(/outer[^]*log\.spec[^]*inner/);
  expect(String(stderr.mock.calls[0]?.[0])).not.toContain('\n');
});
