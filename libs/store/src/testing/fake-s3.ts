import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What S3 does of which the artifact store makes use: PUT, GET, HEAD and DELETE of objects, by path. */
export interface FakeS3 {
  endpoint: string;
  /** bytes and media type under `/bucket/key` */
  objects: Map<string, { bytes: Buffer; mediaType: string }>;
  /** Status that every request gets from now on; 0 for the true one. */
  failWith: number;
  stop(): Promise<void>;
}

export async function startFakeS3(): Promise<FakeS3> {
  const server = createServer((request, response) => void answer(fake, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const fake: FakeS3 = {
    endpoint: `http://127.0.0.1:${port}`,
    objects: new Map(),
    failWith: 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

async function answer(fake: FakeS3, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = new URL(request.url ?? '/', fake.endpoint).pathname;
  if (fake.failWith !== 0) {
    refuse(response, fake.failWith, 'AccessDenied');
    return;
  }
  if (request.method === 'PUT') {
    fake.objects.set(path, { bytes: Buffer.concat(chunks), mediaType: request.headers['content-type'] ?? '' });
    response.writeHead(200).end();
    return;
  }
  if (request.method === 'DELETE') {
    fake.objects.delete(path);
    response.writeHead(204).end();
    return;
  }
  const object = fake.objects.get(path);
  if (object === undefined) {
    refuse(response, 404, 'NoSuchKey');
    return;
  }
  response.writeHead(200, { 'content-type': object.mediaType, 'content-length': object.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : object.bytes);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
