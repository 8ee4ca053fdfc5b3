import { crc32 } from 'node:zlib';
import { invalidInput } from '@patchbay/contracts';

/** Size from which a ZIP needs the 64-bit records that this writer does not write. */
const MOST_BYTES = 2 ** 32 - 1;
const VERSION = 20;
/** 1 January 1980, the first day that ZIP knows: the same files give the same bytes. */
const DAY = 0x21;

/**
 * A ZIP archive of uncompressed files (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16): what NumPy's npz is.
 *
 * @param files by name, in ASCII
 * @throws PatchbayError `invalid-input` from 4 GB on
 */
export function storedZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(files).map(([name, bytes]) => ({ name: Buffer.from(name, 'latin1'), bytes }));
  const size = entries.reduce((sum, { name, bytes }) => sum + bytes.length + 2 * name.length + 76, 22);
  if (size > MOST_BYTES) throw invalidInput('The scores take more than 4 GB.', 'Take safetensors or CSV.');
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of entries) {
    const [crc, length] = [crc32(bytes), bytes.length];
    // version needed, flags, method (0: stored), time, day, checksum, both sizes, lengths of the name and of nothing
    const common: Field[] = [
      [2, VERSION],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, DAY],
      [4, crc],
    ];
    const sizes: Field[] = [
      [4, length],
      [4, length],
      [2, name.length],
      [2, 0],
    ];
    const local = record([[4, 0x04034b50], ...common, ...sizes]);
    // no comment, first disk, no attributes, and where the file begins
    const rest: Field[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, at],
    ];
    directory.push(record([[4, 0x02014b50], [2, VERSION], ...common, ...sizes, ...rest]), name);
    parts.push(local, name, bytes);
    at += local.length + name.length + length;
  }
  const listed = directory.reduce((sum, { length }) => sum + length, 0);
  const count: Field[] = [
    [2, entries.length],
    [2, entries.length],
  ];
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], ...count, [4, listed], [4, at], [2, 0]]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Bytes and value of one field, little-endian. */
type Field = readonly [bytes: 2 | 4, value: number];

function record(fields: readonly Field[]): Uint8Array {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  fields.reduce((at, [size, value]) => bytes.writeUIntLE(value, at, size), 0);
  return bytes;
}
