import { spawnSync } from 'node:child_process';

/** What a program prints. @throws Error with the end of what it wrote to stderr, if it fails */
export function runProgram(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stderr.trim().slice(-3000)}`);
  return stdout;
}
