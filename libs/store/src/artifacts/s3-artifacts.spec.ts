import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeS3, startFakeS3 } from '../testing/fake-s3.js';
import type { Artifacts } from './artifacts.js';
import { contentPath, sha256Of } from './content-address.js';
import { openArtifacts } from './open-artifacts.js';

let s3: FakeS3;
let artifacts: Artifacts;

beforeEach(async () => {
  s3 = await startFakeS3();
  vi.stubEnv('AWS_ENDPOINT_URL', s3.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  artifacts = await openArtifacts('s3://bucket/some/prefix/');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
});

describe('S3Artifacts', () => {
  it('keeps objects below the prefix, with their media type', async () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index % 251);
    const sha256 = await artifacts.put(bytes, 'application/json');
    expect(sha256).toBe(sha256Of(bytes));
    const object = s3.objects.get(`/bucket/some/prefix/${contentPath(sha256)}`);
    expect(object?.mediaType).toBe('application/json');
    expect(object?.bytes.equals(bytes)).toBe(true);
    expect(await artifacts.has(sha256)).toBe(true);
    expect(Buffer.from(await artifacts.get(sha256)).equals(bytes)).toBe(true);
    await artifacts.delete(sha256);
    expect(await artifacts.has(sha256)).toBe(false);
    await expect(artifacts.get(sha256)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('notices that an object was changed', async () => {
    const sha256 = await artifacts.put(Buffer.from('hello'), 'text/plain');
    for (const object of s3.objects.values()) object.bytes[0] = 0;
    await expect(artifacts.get(sha256)).rejects.toMatchObject({ kind: 'internal', message: /damaged/ });
  });

  it('says that access is refused, or that nothing answers', async () => {
    s3.failWith = 403;
    await expect(artifacts.put(Buffer.from('x'), 'text/plain')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(artifacts.has(sha256Of('x'))).rejects.toMatchObject({ kind: 'forbidden' });
    await s3.stop();
    await expect(artifacts.get(sha256Of('x'))).rejects.toMatchObject({ kind: 'unavailable' });
    s3 = await startFakeS3();
  });
});
