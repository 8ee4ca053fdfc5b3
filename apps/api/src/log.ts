import { inspect } from 'node:util';

/** Errors go to stderr, one JSON line each; standard output belongs to whoever started the process. */
export function logError(message: string, error: unknown): void {
  const line = { at: new Date().toISOString(), level: 'error', message, error: describe(error) };
  console.error(JSON.stringify(line));
}

/** An error with its stack and what it was caused by. */
const describe = (error: unknown): string => inspect(error, { depth: 4, breakLength: Infinity });
