import type { ModelFiles, Tokenizer } from '@patchbay/transformer';

/** Whole words between spaces, as in WordLevel tokenizers with a whitespace split; id 0 is the unknown word. */
export function wordTokenizer(text: string): Tokenizer {
  const words = ['<unk>', ...new Set(text.trim().split(/\s+/))];
  const ids = new Map(words.map((word, id) => [word, id]));
  return {
    encode: (prompt) => (prompt.match(/\S+/g) ?? []).map((word) => ids.get(word) ?? 0),
    decode: (tokens) => tokens.map((id) => words[id] ?? '').join(' '),
    vocabulary: words.length,
    unknown: 0,
    spaceless: true,
  };
}

interface PieceRules {
  /** how a number is cut after its own space, if any: GPT-2 mostly by two, SmolLM2 every digit, others by three */
  digits: RegExp;
  /** words that are no single token: cut into letters */
  broken?: RegExp;
  /** BOS put before every text */
  bos?: boolean;
}

/** In the manner of byte-level BPE: a word with its space is one piece, marks stand alone, and nothing is unknown. */
export function pieceTokenizer({ digits, broken = /[^\s\S]/, bos = false }: PieceRules): Tokenizer {
  const pieces: string[] = ['<s>'];
  const ids = new Map<string, number>();
  const idOf = (piece: string): number => {
    const id = ids.get(piece) ?? pieces.push(piece) - 1;
    ids.set(piece, id);
    return id;
  };
  const cut = (chunk: string): readonly string[] => {
    if (/\d/.test(chunk)) return chunk.match(digits) ?? [];
    return broken.test(chunk) ? (chunk.match(/./g) ?? []) : [chunk];
  };
  return {
    encode: (text) => [
      ...(bos ? [0] : []),
      ...(text.match(/ ?[A-Za-z]+| ?\d+| ?[^\sA-Za-z\d]+|\s/g) ?? []).flatMap(cut).map(idOf),
    ],
    decode: (tokens) => tokens.map((id) => pieces[id] ?? '').join(''),
    vocabulary: 50_000,
    unknown: null,
    spaceless: false,
  };
}

export const digitsByTwo = / ?\d\d|\d| /g;
export const digitsAlone = /\d| /g;
export const digitsByThree = /\d{1,3}| /g;
export const numbersWhole = / ?\d+/g;

/** A model of which only the tokenizer and the sizes matter. */
export function toyModel(tokenizer: Tokenizer, { promptPrefix = '', context = 64 } = {}): ModelFiles {
  const linear = { weight: '', layout: 'out-in' as const };
  const norm = { weight: '' };
  return {
    name: 'toy',
    source: 'toy',
    tokenizer,
    promptPrefix,
    tensors: new Map(),
    sha256: '',
    tokenizerSha256: '',
    revision: null,
    architecture: {
      family: 'toy',
      layers: 1,
      heads: 1,
      keyValueHeads: 1,
      dModel: 1,
      dHead: 1,
      dMlp: 1,
      vocabulary: tokenizer.vocabulary,
      context,
      norm: { kind: 'layer', eps: 1e-5 },
      activation: 'relu',
      positions: { kind: 'learned', table: '' },
      embedding: '',
      finalNorm: norm,
      unembedding: '',
      block: () => ({
        attentionNorm: norm,
        qkv: { fused: linear },
        output: linear,
        mlpNorm: norm,
        mlp: { up: linear, down: linear },
      }),
    },
  };
}
