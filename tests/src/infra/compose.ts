import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../infra/compose/compose.yaml', import.meta.url));

/** What we look at of a compose file's model. */
export interface ComposeModel {
  services: Record<
    string,
    {
      image: string;
      read_only?: boolean;
      cap_drop?: string[];
      security_opt?: string[];
      ports?: { host_ip?: string }[];
      environment?: Record<string, string | null>;
    }
  >;
}

/**
 * The compose file as the reference implementation of its specification reads it.
 * @param reader the program of compose-go
 * @param password put in the place of the one that the file asks for, since the reader takes no environment
 * @returns the model, or what the reader found wrong
 */
export function readCompose(reader: string, password?: string): ComposeModel | string {
  const text = readFileSync(file, 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-compose-'));
  const copy = join(folder, 'compose.yaml');
  try {
    writeFileSync(copy, password === undefined ? text : text.replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]*\}/g, password));
    const { status, stdout, stderr } = spawnSync(reader, ['-format', 'json', copy], { encoding: 'utf8' });
    return status === 0 ? (JSON.parse(stdout) as ComposeModel) : stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
