import { unavailable } from '@patchbay/contracts';

/** The Temporal CLI that Patchbay was tested with; it carries Server 1.32.0. */
export const TEMPORAL_VERSION = '1.9.1';

/** Oldest CLI taken from PATH: its server (1.28) is the first that knows task priority. */
export const OLDEST_TEMPORAL = '1.4.0';

export interface TemporalRelease {
  /** the platform's name in the vendor's archive addresses */
  platform: string;
  arch: string;
  /** of the executable itself, so that it holds whichever archive it came in */
  sha256: string;
}

const releases: Record<string, TemporalRelease> = {
  'linux-x64': {
    platform: 'linux',
    arch: 'amd64',
    sha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': {
    platform: 'linux',
    arch: 'arm64',
    sha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  },
  'darwin-x64': {
    platform: 'darwin',
    arch: 'amd64',
    sha256: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
  'darwin-arm64': {
    platform: 'darwin',
    arch: 'arm64',
    sha256: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
};

/** @throws PatchbayError `unavailable` on a platform without a pinned executable */
export function temporalRelease(target = `${process.platform}-${process.arch}`): TemporalRelease {
  const release = releases[target];
  if (release) return release;
  throw unavailable(
    `There is no Temporal ${TEMPORAL_VERSION} to fetch for ${target}.`,
    'Install the Temporal CLI so that `temporal` is on PATH, or set TEMPORAL_ADDRESS to a server of yours.',
  );
}
