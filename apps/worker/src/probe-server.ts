import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { PatchbayError, stateOf } from '@patchbay/contracts';

/** What a worker needs to work, each a question that fails where it is away. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Serves `GET /live` (204 while the process answers) and `GET /ready` (200, or 503 where some check fails, naming each).
 * @throws PatchbayError `conflict` when the port cannot be listened on
 */
export async function serveProbes({ host, port }: { host: string; port: number }, checks: Checks): Promise<Server> {
  const server = createServer(({ url, method }, response) => {
    const isRead = method === 'GET' || method === 'HEAD';
    if (isRead && url === '/live') {
      response.writeHead(204).end();
    } else if (isRead && url === '/ready') {
      void readiness(checks).then((body) => {
        response.writeHead(body.ready ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      });
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const message = `Port ${port} of ${host} cannot be listened on.`;
    throw new PatchbayError('conflict', message, 'Give another with --probe-port.', { cause });
  }
  return server;
}

async function readiness(checks: Checks): Promise<{ ready: boolean; parts: Record<string, 'up' | 'down'> }> {
  const answers = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check())] as const);
  const parts = Object.fromEntries(await Promise.all(answers));
  return { ready: Object.values(parts).every((state) => state === 'up'), parts };
}
