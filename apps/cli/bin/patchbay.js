#!/usr/bin/env node
// The first call on a fresh checkout builds the workspace; every later one goes straight to the build.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/main.js', import.meta.url);

if (!existsSync(built)) {
  process.stderr.write('Building Patchbay, once\n');
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { status, error } = spawnSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write(`error: Patchbay could not be built${error ? ` (${error.message})` : ''}\n`);
    process.stderr.write(`Run \`npm ci && npm run build\` in ${root} and look at what it says.\n`);
    process.exit(1);
  }
}

await import(built);
