import { invalidInput, PatchbayError, unavailable } from '@patchbay/contracts';

/** Codes of Node, Postgres and Prisma that mean: not now, perhaps later. */
const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['08000', '08001', '08003', '08006', '53300', '57P01', '57P02', '57P03', '57P05'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'],
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'],
]);
/** `pg` gives these no code. */
const AWAY_MESSAGE = /connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable/i;
const BUSY = new Set(['40001', '40P01', '55P03', '57014', 'P2034', 'TransactionWriteConflict']);
const REFUSED = new Set([
  '28000',
  '28P01',
  '3D000',
  'P1000',
  'P1003',
  'P1010',
  'AuthenticationFailed',
  'DatabaseAccessDenied',
]);
const NO_TABLES = new Set(['42P01', '42703', 'P2021', 'P2022', 'TableDoesNotExist', 'ColumnNotFound']);
/** A NUL character or half a surrogate pair, which Postgres's text cannot hold. */
const BAD_TEXT = new Set(['22021', '22P05', '22P02', 'P2007', 'P2023', 'InvalidInputValue']);
const STILL_NEEDED = new Set(['23001', 'RestrictViolation']);
const OWNER_MISSING = new Set(['23503', 'P2003', 'ForeignKeyConstraintViolation']);

/** Whatever a query threw as a PatchbayError; its message never holds the URL's user or password. */
export function databaseError(databaseUrl: string, thrown: unknown): PatchbayError {
  if (thrown instanceof PatchbayError) return thrown;
  const where = `Postgres at ${hostOf(databaseUrl)}`;
  const { codes, messages } = signsOf(thrown);
  const any = (set: Set<string>): boolean => codes.some((code) => set.has(code));
  const options = { cause: thrown };
  if (any(REFUSED)) {
    return invalidInput(`${where} refuses the user or has no such database.`, 'Correct DATABASE_URL.', options);
  }
  if (any(NO_TABLES)) {
    return unavailable(`${where} lacks tables of this version.`, 'Apply the migrations: `patchbay up` does.', options);
  }
  if (codes.includes('53100')) {
    return unavailable(`The disk of ${where} is full.`, 'Free some space there; the run then goes on.', options);
  }
  if (any(BUSY)) return unavailable(`${where} is too busy.`, 'Try again in a moment.', options);
  if (any(BAD_TEXT)) {
    return invalidInput('A text holds characters that cannot be stored.', 'Remove NUL and broken characters.', options);
  }
  if (any(STILL_NEEDED)) {
    return new PatchbayError('conflict', 'Something else is still bound to it.', 'Delete that first.', options);
  }
  if (any(OWNER_MISSING)) {
    return new PatchbayError('not-found', 'What this belongs to does not exist.', 'Check the ids.', options);
  }
  if (any(AWAY) || messages.some((message) => AWAY_MESSAGE.test(message))) {
    return unavailable(
      `${where} does not answer.`,
      'Start it or correct DATABASE_URL; Patchbay then goes on by itself.',
      options,
    );
  }
  return PatchbayError.of(thrown);
}

/** `repository` with every failure of its methods as a PatchbayError. */
export function withDatabaseErrors<T extends object>(repository: T, databaseUrl: string): T {
  return new Proxy(repository, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, args) as Promise<unknown>);
        } catch (error) {
          throw databaseError(databaseUrl, error);
        }
      };
    },
  });
}

/** host:port of the URL, never its user or password. */
function hostOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'an address that cannot be read';
  const { hostname, port } = new URL(databaseUrl);
  return `${hostname || 'localhost'}:${port || '5432'}`;
}

/** The codes and messages of an error and of those inside it: Prisma wraps the adapter's, which wraps the driver's. */
function signsOf(thrown: unknown): { codes: string[]; messages: string[] } {
  const codes: string[] = [];
  const messages: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 5) return;
    const error = value as Record<string, unknown>;
    for (const key of ['code', 'errorCode', 'originalCode', 'kind']) {
      if (typeof error[key] === 'string') codes.push(error[key]);
    }
    for (const key of ['message', 'originalMessage']) if (typeof error[key] === 'string') messages.push(error[key]);
    for (const key of ['cause', 'meta', 'driverAdapterError', 'errors']) visit(error[key], depth + 1);
    if (Array.isArray(value)) for (const part of value as unknown[]) visit(part, depth + 1);
  };
  visit(thrown, 0);
  return { codes, messages };
}
