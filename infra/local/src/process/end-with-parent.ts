import { spawnSync } from 'node:child_process';

/**
 * The command that starts a program so that the kernel ends it when this process is gone, even killed outright. Linux can
 * (`setpriv` of util-linux); elsewhere the program stays, and the next start of the stack ends it.
 */
export function endWithParent(command: string, args: readonly string[], signal: NodeJS.Signals): [string, string[]] {
  const prefix = ['--pdeathsig', signal.replace(/^SIG/, '')];
  const can = spawnSync('setpriv', [...prefix, 'true'], { stdio: 'ignore' }).status === 0;
  return can ? ['setpriv', [...prefix, '--', command, ...args]] : [command, [...args]];
}
