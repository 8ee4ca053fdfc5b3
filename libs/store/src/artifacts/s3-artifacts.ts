import type * as S3 from '@aws-sdk/client-s3';
import { PatchbayError, unavailable } from '@patchbay/contracts';
import type { Artifacts } from './artifacts.js';
import { checkIntact, contentPath, missingArtifact, sha256Of } from './content-address.js';

/** Artifacts as objects of an S3 bucket. Credentials, region and AWS_ENDPOINT_URL are the SDK's own settings. */
export class S3Artifacts implements Artifacts {
  readonly #where: string;

  private constructor(
    private readonly sdk: typeof S3,
    private readonly client: S3.S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.#where = `s3://${bucket}/${prefix}`;
  }

  /** Loads the SDK, which who keeps artifacts in a folder never does. */
  static async open(bucket: string, prefix: string): Promise<S3Artifacts> {
    const sdk = await import('@aws-sdk/client-s3');
    // Stores other than Amazon's are addressed by path: their host names hold no bucket.
    const ownEndpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
    const region = ownEndpoint ? (process.env['AWS_REGION'] ?? 'us-east-1') : undefined;
    const client = new sdk.S3Client({ forcePathStyle: ownEndpoint !== undefined, ...(region && { region }) });
    return new S3Artifacts(sdk, client, bucket, prefix);
  }

  async put(bytes: Uint8Array, mediaType: string): Promise<string> {
    const sha256 = sha256Of(bytes);
    const object = { ...this.#object(sha256), Body: bytes, ContentType: mediaType };
    await this.client.send(new this.sdk.PutObjectCommand(object)).catch((error: unknown) => this.#fail(sha256, error));
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array> {
    const command = new this.sdk.GetObjectCommand(this.#object(sha256));
    const bytes = await this.client.send(command).then(
      async ({ Body }) => (await Body?.transformToByteArray()) ?? new Uint8Array(),
      (error: unknown) => this.#fail(sha256, error),
    );
    checkIntact(sha256, bytes, this.#where);
    return bytes;
  }

  async has(sha256: string): Promise<boolean> {
    const command = new this.sdk.HeadObjectCommand(this.#object(sha256));
    return this.client.send(command).then(
      () => true,
      (error: unknown) => statusOf(error) !== 404 && this.#fail(sha256, error),
    );
  }

  async delete(sha256: string): Promise<void> {
    const command = new this.sdk.DeleteObjectCommand(this.#object(sha256));
    await this.client.send(command).catch((error: unknown) => this.#fail(sha256, error));
  }

  #object(sha256: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + contentPath(sha256) };
  }

  #fail(sha256: string, error: unknown): never {
    const name = error instanceof Error ? error.name : String(error);
    if (name === 'NoSuchKey') throw missingArtifact(sha256, this.#where);
    const status = statusOf(error);
    if (status === 401 || status === 403) {
      const action = 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do with the bucket.';
      throw new PatchbayError('forbidden', `${this.#where} refuses access (${name}).`, action, { cause: error });
    }
    throw unavailable(`${this.#where} does not answer (${name}).`, 'Check ARTIFACTS_URL and AWS_ENDPOINT_URL.', {
      cause: error,
    });
  }
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
}
