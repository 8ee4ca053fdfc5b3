import { createHash } from 'node:crypto';
import { invalidInput, notFound, PatchbayError } from '@patchbay/contracts';

export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Where an artifact lies below the root: two levels of folders, since file systems slow down with many files in one.
 * @throws PatchbayError `invalid-input` for anything but 64 lower-case hexadecimal digits, so no name can leave the root
 */
export function contentPath(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalidInput('An artifact is named by its SHA-256.', 'Give 64 lower-case hexadecimal digits.');
  }
  return `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

export const missingArtifact = (sha256: string, where: string): PatchbayError =>
  notFound(
    `Artifact ${sha256} is missing from ${where}.`,
    'Check that ARTIFACTS_URL names the place it was written to; else submit the run again.',
  );

/** @throws PatchbayError `internal` if the bytes are not those that were put */
export function checkIntact(sha256: string, bytes: Uint8Array, where: string): void {
  if (sha256Of(bytes) === sha256) return;
  throw new PatchbayError(
    'internal',
    `Artifact ${sha256} in ${where} is damaged: its bytes no longer have that hash.`,
    'Restore it from a backup or submit the run again, and check the disk.',
  );
}
