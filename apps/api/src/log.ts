/** Errors go to stderr, one JSON line each; standard output belongs to whoever started the process. */
export function logError(message: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? String(error.cause) : undefined;
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), level: 'error', message, error: detail, cause })}\n`,
  );
}
