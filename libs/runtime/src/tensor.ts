/** A dense tensor in row-major order. Booleans are bytes, 0 or 1. */
export interface Tensor<Data extends TensorData = TensorData> {
  data: Data;
  dims: readonly number[];
}
export type TensorData = Float32Array | BigInt64Array | Uint8Array;

export const dtypeOf = (data: TensorData): 'float32' | 'int64' | 'bool' =>
  data instanceof Float32Array ? 'float32' : data instanceof BigInt64Array ? 'int64' : 'bool';

export const floats = (data: Float32Array, ...dims: readonly number[]): Tensor<Float32Array> => ({ data, dims });
export const integers = (values: readonly number[], ...dims: readonly number[]): Tensor<BigInt64Array> => ({
  data: BigInt64Array.from(values, BigInt),
  dims,
});
export const flags = (data: Uint8Array, ...dims: readonly number[]): Tensor<Uint8Array> => ({ data, dims });
/** A boolean scalar, as `If` takes it. */
export const flag = (value: boolean): Tensor<Uint8Array> => ({ data: Uint8Array.of(value ? 1 : 0), dims: [] });
