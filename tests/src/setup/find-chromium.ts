import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { installDebianPackage, run } from './install-debian-package.js';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * A Chromium for the tests: one that is there, else Playwright's download, else Debian's package.
 *
 * @throws Error saying what was tried when none can be had
 */
export function findChromium(): string {
  const tries: [string, () => string | undefined][] = [
    ['CHROMIUM_PATH', () => existing(process.env['CHROMIUM_PATH'])],
    [`an installed browser (${INSTALLED.join(', ')})`, () => INSTALLED.find(existsSync)],
    ['an earlier Playwright download', () => existing(chromium.executablePath())],
    ['playwright-core install chromium', downloadWithPlaywright],
    ['apt-get install chromium', installFromDebian],
  ];
  for (const [, attempt] of tries) {
    const path = attempt();
    if (path) return path;
  }
  const tried = tries.map(([name]) => `  ${name}`).join('\n');
  throw new Error(
    `The dashboard's tests need a Chromium and none can be had. Tried:\n${tried}\n` +
      'Install one, or set CHROMIUM_PATH to where it is.',
  );
}

const existing = (path: string | undefined): string | undefined => (path && existsSync(path) ? path : undefined);

function downloadWithPlaywright(): string | undefined {
  process.stderr.write('No Chromium found: trying Playwright’s download…\n');
  const cli = new URL(import.meta.resolve('playwright-core/cli.js')).pathname;
  run(process.execPath, [cli, 'install', 'chromium'], { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' });
  return existing(chromium.executablePath());
}

function installFromDebian(): string | undefined {
  process.stderr.write('No Chromium from Playwright: trying Debian’s package…\n');
  installDebianPackage('chromium');
  return INSTALLED.find(existsSync);
}
