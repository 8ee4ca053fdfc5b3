import { readFileSync } from 'node:fs';
import { invalidInput, PatchbayError, unavailable } from '@patchbay/contracts';
import type { Settings } from '@patchbay/contracts/settings';
import { Client, Connection, isGrpcServiceError, NamespaceNotFoundError } from '@temporalio/client';

/** A connection that is not there within this time is reported, rather than waited for. */
const CONNECT_TIMEOUT_MS = 5_000;
/** gRPC status of what does not exist; a workflow that does not has an error of its own, so it is the namespace. */
const GRPC_NOT_FOUND = 5;

/** What both of Temporal's connections take: the client's and the worker's. */
export interface TemporalEndpoint {
  address: string;
  apiKey?: string;
  tls: boolean | { clientCertPair?: { crt: Buffer; key: Buffer } };
}

/**
 * Where Temporal is and how to prove who we are.
 * @throws PatchbayError `invalid-input` naming a certificate that is missing or cannot be read
 */
export function temporalEndpoint(settings: Settings['temporal'], address: string): TemporalEndpoint {
  const { certPath, keyPath, apiKey } = settings;
  if (certPath === undefined && keyPath === undefined) return { address, apiKey, tls: settings.tls };
  const crt = readPem('TEMPORAL_TLS_CERT', certPath);
  const key = readPem('TEMPORAL_TLS_KEY', keyPath);
  return { address, apiKey, tls: { clientCertPair: { crt, key } } };
}

function readPem(variable: string, path: string | undefined): Buffer {
  if (path === undefined) {
    throw invalidInput(`${variable} is not set.`, 'Set TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY together, or neither.');
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    throw invalidInput(`${variable} cannot be read: ${path}`, `Correct ${variable} and start again.`, { cause });
  }
}

/**
 * Connects a client. Afterwards the connection mends itself: calls fail with `unavailable` while Temporal is away.
 * @throws PatchbayError `unavailable` naming the address; `invalid-input` naming a certificate or the namespace
 */
export async function connectTemporal(settings: Settings['temporal'], address: string): Promise<Client> {
  const endpoint = temporalEndpoint(settings, address);
  const { namespace } = settings;
  try {
    const connection = await Connection.connect({ ...endpoint, connectTimeout: CONNECT_TIMEOUT_MS });
    return new Client({ connection, namespace });
  } catch (cause) {
    throw temporalError(cause, address);
  }
}

/** What a failed call to Temporal means to people. */
export function temporalError(cause: unknown, address: string): PatchbayError {
  if (cause instanceof PatchbayError) return cause;
  if (isNotFound(cause)) {
    const message = `Temporal at ${address} lacks the namespace: ${innermostMessage(cause)}`;
    return invalidInput(message, 'Create it, or correct TEMPORAL_NAMESPACE.', { cause });
  }
  return unavailable(
    `Temporal does not answer at ${address}: ${innermostMessage(cause)}`,
    'Check that it runs there, and TEMPORAL_ADDRESS with its TLS and key settings.',
    { cause },
  );
}

function isNotFound(cause: unknown): boolean {
  if (cause instanceof NamespaceNotFoundError) return true;
  const code: number | undefined = isGrpcServiceError(cause) ? cause.code : undefined;
  return code === GRPC_NOT_FOUND;
}

function innermostMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? innermostMessage(thrown.cause) : thrown.message;
}
