/** A tensor as a weight file holds it, whatever the format. */
export interface StoredTensor {
  /** the name that the family's Hugging Face checkpoints use */
  name: string;
  /** key of `elementTypes` where the values can be read, else a type that is only named in errors */
  type: string;
  /** row-major, slowest axis first */
  shape: readonly number[];
  /** from the start of the file */
  offset: number;
  bytes: number;
  /** rows of each of these heads are stored with the two halves of the rotary pairs interleaved (GGUF, Llama) */
  interleavedHeads?: number;
}

/** One weight file, its header read and checked against the file's size. */
export interface WeightFile {
  /** absolute, symlinks resolved */
  path: string;
  tensors: readonly StoredTensor[];
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The first tensor that begins before the one before it in the file has ended, if any. */
export function findOverlap(tensors: readonly StoredTensor[]): StoredTensor | undefined {
  const byOffset = tensors.filter((tensor) => tensor.bytes > 0).sort((a, b) => a.offset - b.offset);
  let end = 0;
  return byOffset.find((tensor) => {
    const overlaps = tensor.offset < end;
    end = tensor.offset + tensor.bytes;
    return overlaps;
  });
}
