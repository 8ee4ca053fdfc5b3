import { createServer, type AddressInfo } from 'node:net';
import { PatchbayError } from '@patchbay/contracts';

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  return tryPort('127.0.0.1', 0);
}

/** @throws PatchbayError `conflict` when something listens there already */
export async function assertPortFree(host: string, port: number): Promise<void> {
  try {
    await tryPort(host, port);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      throw new PatchbayError(
        'conflict',
        `Port ${port} of ${host} is in use.`,
        `Stop what listens there, or choose another port: PATCHBAY_PORT=${port + 1}.`,
      );
    }
    throw new PatchbayError(
      'invalid-input',
      `Port ${port} of ${host} cannot be used (${code}).`,
      'Choose another with PATCHBAY_PORT, or another address with PATCHBAY_HOST.',
    );
  }
}

function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => {
        resolve(found);
      });
    });
  });
}
