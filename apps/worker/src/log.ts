/** One JSON line to stderr; standard output belongs to whoever started the worker. */
export function log(level: 'info' | 'warn' | 'error', message: string, error?: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : error;
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, error: detail }));
}
