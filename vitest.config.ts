import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = [
  ...['libs', 'apps'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`)),
  'infra/local',
  'tests',
].filter((folder) => existsSync(`${folder}/package.json`));

export default defineConfig({
  test: {
    // Databases, servers and browsers start in hooks; on two busy cores they take a while.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What a passing test logs stays out of the report.
    silent: 'passed-only',
    // Two at a time: the engine's tests use every core themselves.
    maxWorkers: 2,
    projects: packages.map((root) => ({
      extends: true,
      test: { name: root, root, include: ['{src,bench}/**/*.spec.{ts,tsx}'] },
    })),
  },
});
