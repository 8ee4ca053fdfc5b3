import { fileURLToPath } from 'node:url';
import { invalidInput } from '@patchbay/contracts';
import type { Artifacts } from './artifacts.js';
import { FileArtifacts } from './file-artifacts.js';
import { S3Artifacts } from './s3-artifacts.js';

/**
 * @param url `file:///folder` or `s3://bucket/prefix`
 * @throws PatchbayError `invalid-input` for any other
 */
export async function openArtifacts(url: string): Promise<Artifacts> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'file:' && parsed.host === '') return new FileArtifacts(fileURLToPath(parsed));
  if (parsed?.protocol === 's3:' && parsed.host !== '') {
    const prefix = decodeURIComponent(parsed.pathname).replace(/^\/+|\/+$/g, '');
    return S3Artifacts.open(parsed.host, prefix === '' ? '' : `${prefix}/`);
  }
  throw invalidInput(
    'ARTIFACTS_URL names no place for artifacts.',
    'Give file:///folder for a folder or s3://bucket/prefix for a bucket.',
  );
}
