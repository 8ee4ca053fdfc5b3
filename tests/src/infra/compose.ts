import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../infra/compose', import.meta.url));

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
 * @returns the model, or what the reader found wrong
 */
export function readCompose(reader: string, environment: Readonly<Record<string, string>>): ComposeModel | string {
  const env = { PATH: process.env['PATH'], COMPOSE_PROFILES: 'cuda', ...environment };
  const { status, stdout, stderr } = spawnSync(reader, ['-format', 'json', 'compose.yaml'], {
    ...{ cwd: folder, env, encoding: 'utf8' },
  });
  return status === 0 ? (JSON.parse(stdout) as ComposeModel) : stderr;
}
