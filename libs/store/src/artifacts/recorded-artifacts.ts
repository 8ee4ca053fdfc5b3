import type { PrismaClient } from '../generated/client.js';
import type { Artifacts } from './artifacts.js';

/** Artifacts that Postgres knows of. The blob is written before its row, so no row ever names a blob that is not there. */
export class RecordedArtifacts implements Artifacts {
  constructor(
    private readonly blobs: Artifacts,
    private readonly database: PrismaClient,
  ) {}

  async put(bytes: Uint8Array, mediaType: string): Promise<string> {
    const sha256 = await this.blobs.put(bytes, mediaType);
    await this.database.$executeRaw`
      INSERT INTO "Artifact" (sha256, bytes, "mediaType") VALUES (${sha256}, ${bytes.length}, ${mediaType})
      ON CONFLICT (sha256) DO NOTHING`;
    return sha256;
  }

  get(sha256: string): Promise<Uint8Array> {
    return this.blobs.get(sha256);
  }

  has(sha256: string): Promise<boolean> {
    return this.blobs.has(sha256);
  }

  /** @throws PatchbayError `conflict` while a run or task still needs it */
  async delete(sha256: string): Promise<void> {
    await this.database.artifact.deleteMany({ where: { sha256 } });
    await this.blobs.delete(sha256);
  }
}
