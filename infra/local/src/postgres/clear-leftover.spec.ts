import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearLeftover } from './clear-leftover.js';

it('removes a postmaster.pid whose number belongs to another program, and leaves that alone', async () => {
  const data = await mkdtemp(join(tmpdir(), 'patchbay-spec-leftover-'));
  await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`);
  await clearLeftover(data); // would end this very process if it took it for its Postgres
  expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  await rm(data, { recursive: true });
});
