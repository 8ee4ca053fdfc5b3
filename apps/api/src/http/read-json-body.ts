import { MAX_SENT_CIRCUIT_BYTES, MAX_TASK_BYTES } from '@patchbay/contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from './to-problem.js';

/** Largest body of a request: a run is a few KB, and reading is bounded before anything is parsed. */
const MAX_BODY_BYTES = 1024 * 1024;
/** A file travels as a JSON string, where every quote of it takes a backslash: half as much again, and a name. */
const bodyAround = (fileBytes: number): number => fileBytes * 1.5 + 64 * 1024;
/** Routes that take a file. */
const FILE_ROUTES = new Map([
  ['/v1/tasks', bodyAround(MAX_TASK_BYTES)],
  ['/v1/circuits', bodyAround(MAX_SENT_CIRCUIT_BYTES)],
]);
/** Nothing that is asked for nests deeper; recursive code behind this point cannot be driven out of its stack. */
const MAX_DEPTH = 32;

type Request = IncomingMessage & { body?: unknown };

/** Middleware: reads a JSON body into `request.body`, and refuses what is not JSON, too large or too deep. */
export function readJsonBody(request: Request, _response: ServerResponse, next: (error?: unknown) => void): void {
  if (!hasBody(request)) {
    next();
    return;
  }
  const limit = FILE_ROUTES.get(request.url?.split('?')[0] ?? '') ?? MAX_BODY_BYTES;
  readBody(request, limit)
    .then((bytes) => {
      request.body = bytes.length === 0 ? undefined : parse(bytes);
    })
    .then(() => {
      next();
    }, next);
}

const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/.test(type) || request.headers['content-encoding']) {
    throw refusal(415, 'A body must be plain UTF-8 JSON.', 'Send it with `Content-Type: application/json`.');
  }
  const tooLarge = () => refusal(413, `The body is larger than ${limit} bytes.`, 'Send less.');
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        // Not destroyed: the connection has to carry the answer yet.
        request.pause();
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.on('error', () => {
      reject(refusal(400, 'The connection broke before the body was whole.', 'Send it again.'));
    });
  });
}

function parse(bytes: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
    throw refusal(400, `The body is not JSON: ${reason}`, 'Send one well-formed JSON value.');
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw refusal(400, `The body nests deeper than ${MAX_DEPTH} levels.`, 'Send a flatter value.');
  }
  return value;
}

/** Level by level, so that depth costs no stack. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((item) => children(item));
  }
  return false;
}

const children = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value as Record<string, unknown>) : [];
