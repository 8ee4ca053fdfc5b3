import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeHub {
  /** the global fetch, its requests to the hub sent here */
  fetch: typeof fetch;
  /** `GET /path` of every request so far */
  requests: string[];
  close(): Promise<void>;
}

export interface FakeModel {
  commit: string;
  files: Record<string, Uint8Array>;
  /** what is sent in place of a file */
  sent?: Record<string, Uint8Array>;
}

/** A loopback server that answers as the Hugging Face hub does for the calls that are made of it. */
export async function startFakeHub(models: Record<string, FakeModel>): Promise<FakeHub> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(models, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, init);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(models: Record<string, FakeModel>, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://hub');
  const json = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  for (const [name, { commit, files, sent }] of Object.entries(models)) {
    const known = (revision?: string) => revision === commit || revision === 'main';
    const [, info] = new RegExp(`^/api/models/${name}/revision/([^/]+)$`).exec(pathname) ?? [];
    if (known(info)) return void json(200, modelEntry(name, commit));
    const [, tree] = new RegExp(`^/api/models/${name}/tree/([^/]+)/?$`).exec(pathname) ?? [];
    if (known(tree)) return void json(200, Object.entries(files).map(fileEntry));
    const [, revision, path = ''] = new RegExp(`^/${name}/resolve/([^/]+)/(.+)$`).exec(pathname) ?? [];
    const bytes = sent?.[path] ?? files[path];
    if (known(revision) && bytes) {
      sendRange(bytes, request, response);
      return;
    }
  }
  json(404, { error: 'Repository not found' });
}

const modelEntry = (name: string, sha: string) => ({
  ...{ _id: '1', id: name, sha, private: false, gated: false, downloads: 0, likes: 0 },
  lastModified: '2026-01-01T00:00:00.000Z',
});

const fileEntry = ([path, bytes]: [string, Uint8Array]) => ({
  ...{ type: 'file', path, size: bytes.length, oid: '0'.repeat(40) },
  ...(path.endsWith('.safetensors') && {
    lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 134 },
  }),
});

function sendRange(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const common = { etag: '"e"', 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (first === undefined) {
    return void response.writeHead(200, { ...common, 'content-length': bytes.length }).end(bytes);
  }
  const end = Math.min(last ? Number(last) : Infinity, bytes.length - 1);
  const part = bytes.subarray(Number(first), end + 1);
  const range = `bytes ${first}-${end}/${bytes.length}`;
  response.writeHead(206, { ...common, 'content-range': range, 'content-length': part.length }).end(part);
}
