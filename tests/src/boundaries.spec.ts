import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

/** Scope: the rule that arrows only point downwards is really enforced: a planted violation is caught by lint. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const planted = `${root}/libs/circuit/src/planted-violation.ts`;
afterEach(() => rmSync(planted, { force: true }));

const lint = (): { status: number | null; output: string } => {
  const args = ['node_modules/eslint/bin/eslint.js', planted, '--format', 'json'];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  return { status, output: stdout };
};

it('catches an import that points upwards', () => {
  writeFileSync(planted, "import { methods } from '@patchbay/methods';\nexport const planted = methods.length;\n");
  const { status, output } = lint();
  expect(status).toBe(1);
  expect(output).toContain('@nx/enforce-module-boundaries');
});

it('catches an import past a package’s index', () => {
  writeFileSync(planted, "import { headName } from '../../onnx/src/graph.js';\nexport const planted = headName;\n");
  const { status, output } = lint();
  expect(status).toBe(1);
  expect(output).toContain('@nx/enforce-module-boundaries');
});

it('lets through what may stand there', () => {
  writeFileSync(planted, "import { headName } from './node-name.js';\nexport const planted = headName(1, 2);\n");
  expect(lint().status).toBe(0);
});
