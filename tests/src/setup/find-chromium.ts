import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

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
    ['apt-get install chromium', installDebianPackage],
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

function installDebianPackage(): string | undefined {
  if (!existsSync('/usr/bin/apt-get')) return undefined;
  process.stderr.write('No Chromium from Playwright: trying Debian’s package…\n');
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const [command, ...args] = [...asRoot, 'apt-get', ...step];
    if (command) run(command, args, { DEBIAN_FRONTEND: 'noninteractive' });
  }
  return INSTALLED.find(existsSync);
}

const MINUTES = 60_000;
function run(command: string, args: string[], env: Record<string, string>): void {
  spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
    timeout: 5 * MINUTES,
  });
}
