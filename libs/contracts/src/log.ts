import { inspect } from 'node:util';

/** What a line is about: `runId` wherever it is about a run, so that a run's lines can be gathered from every process. */
export interface LogFields {
  runId?: string;
  /** what was thrown, with its stack and causes */
  error?: unknown;
  [field: string]: unknown;
}

/** One JSON line to stderr; standard output belongs to whoever started the process. */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: LogFields = {}): void {
  const { error, ...about } = fields;
  const detail = error === undefined ? {} : { error: inspect(error, { depth: 4, breakLength: Infinity }) };
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, ...about, ...detail }));
}
