/** Content-addressed files: what is put is found again under the SHA-256 of its bytes, and never changes. */
export interface Artifacts {
  /** Durable once it resolves. @returns the SHA-256, 64 lower-case hexadecimal digits */
  put(bytes: Uint8Array, mediaType: string): Promise<string>;
  /** @throws PatchbayError `not-found` if it is missing, `internal` if its bytes no longer have that hash */
  get(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  /** No effect where there is none. */
  delete(sha256: string): Promise<void>;
}
