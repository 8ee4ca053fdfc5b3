import { Graph, argMax, cast, gemm, largest, mul, relu, reshape, sqrt, sub, sum } from '@patchbay/onnx';
import { type Session, type SessionOptions, type Tensor, floats, openSession } from '@patchbay/runtime';
import type { Autoencoder } from './autoencoder.js';

/** The half of an autoencoder that codes are read from. */
export type Encoder = Pick<Autoencoder, 'width' | 'features' | 'encoder' | 'shift' | 'bias'>;

export interface Coded {
  /** by vector, the feature that is most active; 0 where none is */
  codes: Uint16Array;
  /** by vector, 1 where no feature is active */
  silent: Uint8Array;
  /** by vector, ‖a‖₂ of all its features */
  strengths: Float32Array;
}

/** vectors [rows, width] → the most active feature of each, the first of equal ones, how active it is, and how active all are. */
function codingGraph({ width, features }: Pick<Encoder, 'width' | 'features'>): Graph {
  const g = new Graph('head codes');
  const vectors = g.input('vectors', 'float32', ['rows', width]);
  const encoder = g.input('encoder', 'float32', [features, width]);
  const shift = g.input('shift', 'float32', [1, width]);
  const bias = g.input('bias', 'float32', [1, features]);
  const shifted = reshape(sub(bias, gemm(shift, encoder, undefined, true)), features);
  const active = relu(gemm(vectors, encoder, shifted, true));
  g.output('codes', cast(argMax(active, 1), 'float32'));
  g.output('activity', largest(active, 1));
  g.output('strength', sqrt(sum(mul(active, active), 1)));
  return g;
}

/** Codes vectors with any autoencoder of one shape. */
export class Coder {
  private constructor(readonly session: Session) {}

  static async open(shape: Pick<Encoder, 'width' | 'features'>, on: SessionOptions): Promise<Coder> {
    return new Coder(await openSession(codingGraph(shape), { ...on, packWeights: false }));
  }

  /** @param vectors [rows, width] */
  async code(vectors: Tensor<Float32Array>, { width, features, encoder, shift, bias }: Encoder): Promise<Coded> {
    const feeds = {
      vectors,
      encoder: floats(encoder, features, width),
      shift: floats(shift, 1, width),
      bias: floats(bias, 1, features),
    };
    const { codes, activity, strength } = await this.session.run(feeds, ['codes', 'activity', 'strength']);
    return {
      codes: Uint16Array.from(codes.data),
      silent: Uint8Array.from(activity.data, (a) => (a > 0 ? 0 : 1)),
      strengths: strength.data,
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
