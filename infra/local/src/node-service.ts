import { fork } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Service } from './process/service.js';

const exitWithParent = new URL('./exit-with-parent.js', import.meta.url);

/**
 * The API or the worker: a Node program that prints a line with the word "ready" on stdout once it serves.
 * Ready with the `url` of that line, where it is JSON and has one.
 * @param environment asked at each start, so that a restart gets what the first start found out
 */
export function nodeService(
  name: Service<string>['name'],
  entry: string,
  environment: () => NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Service<string | undefined> {
  return {
    name,
    stopSignal: 'SIGTERM',
    spawn(log) {
      const child = fork(entry, [...args], {
        env: environment(),
        execArgv: ['--enable-source-maps', '--import', exitWithParent.href],
        detached: true,
        stdio: ['ignore', 'pipe', log.descriptor, 'ipc'],
      });
      child.stdout?.on('data', (chunk: Buffer) => {
        appendFileSync(log.path, chunk);
      });
      return child;
    },
    ready(child) {
      return new Promise((resolve) => {
        if (!child.stdout) throw new Error(`the stdout of ${name} is no pipe`);
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (line.includes('ready')) resolve(urlOf(line));
        });
      });
    },
  };
}

function urlOf(line: string): string | undefined {
  try {
    const { url } = JSON.parse(line) as { url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined; // a ready line in plain words
  }
}
