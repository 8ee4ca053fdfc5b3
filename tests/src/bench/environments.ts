import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

/** What each environment asks pip for, beside torch. Versions that work together: left free, they do not import. */
export const ENVIRONMENTS = {
  'transformer-lens': ['transformer-lens==4.3.0', 'transformers==5.23.0'],
  'auto-circuit': ['auto-circuit==1.0.1', 'transformer-lens==2.18.0', 'transformers==4.57.6', 'pyarrow==19.0.1'],
  // Non-commercial licence: measured, never a dependency.
  circuitkit: ['circuitkit==0.2.0', 'transformer-lens==3.8.0'],
} as const;
export type EnvironmentName = keyof typeof ENVIRONMENTS;

const TORCH = 'torch==2.7.1';

/**
 * Python of a virtual environment that holds the peer, made on first use. PyTorch with its CUDA libraries is over 4 GB,
 * so it is installed once, and every environment finds it through a path file.
 *
 * @param folder where environments lie
 * @param python a Python from 3.10 to 3.12
 */
export function environment(name: EnvironmentName, folder: string, python: string): string {
  const home = join(folder, name);
  const own = join(home, 'bin/python');
  const done = join(home, 'installed');
  if (existsSync(done)) return own;
  const torch = installTorch(folder, python);
  process.stderr.write(`Installing ${ENVIRONMENTS[name].join(', ')}\n`);
  runProgram(python, ['-m', 'venv', '--clear', home]);
  const packages = runProgram(own, ['-c', "import sysconfig; print(sysconfig.get_path('purelib'))"]).trim();
  writeFileSync(join(packages, 'torch.pth'), `${torch}\n`);
  runProgram(own, ['-m', 'pip', 'install', '--quiet', TORCH, ...ENVIRONMENTS[name]]);
  writeFileSync(done, '');
  return own;
}

function installTorch(folder: string, python: string): string {
  const target = join(folder, 'torch');
  const done = join(target, 'installed');
  if (existsSync(done)) return target;
  process.stderr.write(`Installing ${TORCH}\n`);
  mkdirSync(target, { recursive: true });
  runProgram(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', '--target', target, TORCH]);
  writeFileSync(done, '');
  return target;
}
