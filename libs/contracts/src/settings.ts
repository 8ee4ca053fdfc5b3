import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseBytes } from './bytes.js';
import { invalidInput } from './errors.js';
import { type Device, deviceSchema } from './run.js';

const settingsSchema = z.object({
  PATCHBAY_HOME: z.string().min(1).optional().describe('folder that holds all state; default ~/.patchbay'),
  PATCHBAY_HOST: z.string().default('127.0.0.1').describe('address the API listens on'),
  PATCHBAY_PORT: z.coerce.number().int().min(0).max(65535).default(4455).describe('port of API and dashboard'),
  PATCHBAY_MEMORY: z
    .string()
    .refine((text) => parseBytes(text) !== undefined, 'write it as 8GB or 512MB')
    .transform(parseBytes)
    .optional()
    .describe('memory that computing may take on this machine, as 8GB; default four fifths of what is free'),
  PATCHBAY_DEVICES: z
    .string()
    .default('cpu')
    .transform((list) => list.split(',').map((device) => device.trim()))
    .pipe(z.array(deviceSchema))
    .describe('devices that `patchbay up` starts a worker for, with commas between; default cpu'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('a Postgres of yours; default embedded'),
  TEMPORAL_ADDRESS: z.string().min(1).optional().describe('host:port of a Temporal of yours; default local'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).optional().describe('default: on where an API key is set'),
  TEMPORAL_TLS_CERT: z.string().optional().describe('path of a client certificate (PEM)'),
  TEMPORAL_TLS_KEY: z.string().optional().describe('path of its key (PEM)'),
  ARTIFACTS_URL: z.string().optional().describe('file:///folder or s3://bucket/prefix; default inside PATCHBAY_HOME'),
});

export interface Settings {
  home: string;
  host: string;
  port: number;
  /** bytes that all compute processes together may take; undefined: four fifths of what is free */
  memoryBytes: number | undefined;
  /** one worker each */
  devices: Device[];
  databaseUrl: string | undefined;
  temporal: {
    address: string | undefined;
    namespace: string;
    apiKey: string | undefined;
    tls: boolean;
    certPath: string | undefined;
    keyPath: string | undefined;
  };
  artifactsUrl: string | undefined;
}

/**
 * The settings of this process, read from the environment once at start.
 * @throws PatchbayError `invalid-input` naming the variable that cannot be understood
 */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
  const known = Object.keys(settingsSchema.shape);
  // An empty variable counts as unset, as shells and compose files have it.
  const given = Object.fromEntries(known.map((key) => [key, env[key] === '' ? undefined : env[key]]));
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    throw invalidInput(`${name} cannot be used: ${issue?.message}`, `Correct or unset ${name} and start again.`);
  }
  const s = parsed.data;
  return {
    home: resolve(s.PATCHBAY_HOME ?? join(homedir(), '.patchbay')),
    host: s.PATCHBAY_HOST,
    port: s.PATCHBAY_PORT,
    memoryBytes: s.PATCHBAY_MEMORY,
    devices: [...new Set(s.PATCHBAY_DEVICES)],
    databaseUrl: s.DATABASE_URL,
    temporal: {
      address: s.TEMPORAL_ADDRESS,
      namespace: s.TEMPORAL_NAMESPACE,
      apiKey: s.TEMPORAL_API_KEY,
      tls: s.TEMPORAL_TLS ? s.TEMPORAL_TLS === 'true' : s.TEMPORAL_API_KEY !== undefined,
      certPath: s.TEMPORAL_TLS_CERT,
      keyPath: s.TEMPORAL_TLS_KEY,
    },
    artifactsUrl: s.ARTIFACTS_URL,
  };
}
