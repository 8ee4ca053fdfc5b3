import type { Settings } from '@patchbay/contracts/settings';

/** What the start found out beyond the settings. */
export interface StackAddresses {
  databaseUrl: string;
  temporalAddress: string;
  artifactsUrl: string;
  port: number;
}

/** The environment of API and worker: this process's own, with every address filled in. */
export function stackEnvironment(settings: Settings, addresses: StackAddresses): NodeJS.ProcessEnv {
  // Keys and certificates belong to a Temporal of the user's; the local server takes none.
  const { apiKey, tls, certPath, keyPath } = settings.temporal.address
    ? settings.temporal
    : { apiKey: '', tls: false, certPath: '', keyPath: '' };
  return {
    ...process.env,
    PATCHBAY_HOME: settings.home,
    PATCHBAY_HOST: settings.host,
    PATCHBAY_PORT: String(addresses.port),
    DATABASE_URL: addresses.databaseUrl,
    ARTIFACTS_URL: addresses.artifactsUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: settings.temporal.namespace,
    TEMPORAL_API_KEY: apiKey ?? '',
    TEMPORAL_TLS: String(tls),
    TEMPORAL_TLS_CERT: certPath ?? '',
    TEMPORAL_TLS_KEY: keyPath ?? '',
  };
}
