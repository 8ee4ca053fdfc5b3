import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs a package where there is apt-get and the right to use it; whether it is there now, the caller sees. */
export function installDebianPackage(name: string): void {
  if (!existsSync('/usr/bin/apt-get')) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const [command, ...args] = [...asRoot, 'apt-get', ...step];
    if (command) run(command, args, { DEBIAN_FRONTEND: 'noninteractive' });
  }
}

const MINUTES = 60_000;
export function run(command: string, args: string[], env: Record<string, string>): void {
  spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
    timeout: 5 * MINUTES,
  });
}
