import { invalidInput, type PatchbayError } from '@patchbay/contracts';
import { truncated } from './random-access.js';

/** A token or a chat template; the longest in public files have some 100 KB. */
const MAX_STRING_BYTES = 10_000_000;

/** Thrown where the header goes on behind the bytes read so far; the file itself is long enough. */
export class NeedsMoreBytes extends Error {}

/** Reads a GGUF header from front to back: little-endian, nothing allocated before it is known to be there. */
export class GgufCursor {
  /** values of all arrays read so far */
  arrayValues = 0;
  #at = 0;
  readonly #view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly fileSize: number,
    readonly path: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#at;
  }

  /** Position of the next `length` bytes, which the cursor passes. */
  take(length: number): number {
    this.require(length);
    const start = this.#at;
    this.#at += length;
    return start;
  }

  /** @throws PatchbayError where the file has no `length` bytes more, NeedsMoreBytes where only the buffer has not */
  require(length: number): void {
    if (this.#at + length > this.fileSize) throw truncated(this.path);
    if (this.#at + length > this.bytes.length) throw new NeedsMoreBytes();
  }

  u8 = (): number => this.#view.getUint8(this.take(1));
  i8 = (): number => this.#view.getInt8(this.take(1));
  u16 = (): number => this.#view.getUint16(this.take(2), true);
  i16 = (): number => this.#view.getInt16(this.take(2), true);
  u32 = (): number => this.#view.getUint32(this.take(4), true);
  i32 = (): number => this.#view.getInt32(this.take(4), true);
  f32 = (): number => this.#view.getFloat32(this.take(4), true);
  f64 = (): number => this.#view.getFloat64(this.take(8), true);
  u64 = (): number | bigint => exact(this.#view.getBigUint64(this.take(8), true));
  i64 = (): number | bigint => exact(this.#view.getBigInt64(this.take(8), true));
  bool = (): boolean => this.u8() !== 0;

  /** A 64-bit count of at most `limit`. */
  count(limit: number, what: string): number {
    const value = this.u64();
    if (value > limit) throw this.damaged(`it claims ${value} ${what}; the limit is ${limit}`);
    return Number(value);
  }

  string(): string {
    const start = this.take(this.count(MAX_STRING_BYTES, 'bytes in one text'));
    return new TextDecoder().decode(this.bytes.subarray(start, this.#at));
  }

  damaged(what: string): PatchbayError {
    return invalidInput(`${this.path} is not a valid GGUF file: ${what}.`, 'Download or convert the file again.');
  }
}

const exact = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
