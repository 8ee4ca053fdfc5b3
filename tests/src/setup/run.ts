import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './find-chromium.js';
import { useSwiftShader } from './find-swiftshader.js';

/** Runs every test of the workspace and closes with `N passed, N failed`, counted from the runner's own report. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const reports = join(root, 'tests/reports');
const cache = join(root, 'node_modules/.cache/patchbay');
for (const folder of [reports, cache]) mkdirSync(folder, { recursive: true });

let browser: string;
try {
  browser = findChromium();
  useSwiftShader();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const report = join(reports, 'vitest.json');
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  // PATCHBAY_TEST_HOME holds what tests fetch once (the Temporal server, the language model); it outlives a run
  { cwd: root, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: browser, PATCHBAY_TEST_HOME: cache } },
);

const { numPassedTests, numFailedTests, numTotalTests, numFailedTestSuites } = JSON.parse(
  readFileSync(report, 'utf8'),
) as Record<'numPassedTests' | 'numFailedTests' | 'numTotalTests' | 'numFailedTestSuites', number>;
// A file that could not be loaded fails no test of its own: it counts as one failure.
const failed = numFailedTests || (status === 0 ? 0 : Math.max(1, numFailedTestSuites));
const skipped = numTotalTests - numPassedTests - numFailedTests;
process.stdout.write(`\n${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = status ?? 1;
