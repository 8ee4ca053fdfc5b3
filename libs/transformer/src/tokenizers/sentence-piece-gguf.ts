import { unsupported } from '../families/config-reader.js';
import { addedTokens, tokenizerConfigOf, vocabularyOf } from './gguf-vocabulary.js';
import type { TokenizerFiles } from './tokenizer-files.js';
import { damaged, TOKEN_TYPE, type TokenizerMetadata } from './gguf-tokenizer-metadata.js';

/** What SentencePiece writes for a space. */
const SPACE = '\u2581';

/** SentencePiece's BPE (Llama 1 and 2): merges ranked by score, unknown characters as bytes. */
export function sentencePieceTokenizer(metadata: TokenizerMetadata): TokenizerFiles {
  if (metadata.remove_extra_whitespaces) throw unsupported('tokenizer.ggml.remove_extra_whitespaces', true);
  const prefix = metadata.add_space_prefix ?? true;
  const prepend = prefix ? [{ type: 'Prepend', prepend: SPACE }] : [];
  const strip = prefix ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  const unknown = metadata.unknown_token_id;
  const vocab = vocabularyOf(metadata);
  return {
    json: {
      added_tokens: addedTokens(metadata),
      normalizer: { type: 'Sequence', normalizers: [...prepend, replace(' ', SPACE)] },
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [replace(SPACE, ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, ...strip],
      },
      model: {
        type: 'BPE',
        unk_token: unknown === undefined ? null : metadata.tokens[unknown],
        byte_fallback: true,
        fuse_unk: true,
        vocab,
        merges: mergesByScore(metadata, vocab),
      },
    },
    config: tokenizerConfigOf(metadata, true),
  };
}

const replace = (from: string, content: string) => ({ type: 'Replace', pattern: { String: from }, content });

/**
 * SentencePiece stores no merges: it joins whichever neighbours make the piece with the best score. As ranked
 * merges that is every split of every piece into two pieces, the best piece first.
 */
function mergesByScore({ tokens, token_type: types, scores }: TokenizerMetadata, vocab: Record<string, number>) {
  if (!scores) throw damaged('it has no scores');
  const isNormal = (id: number): boolean => (types?.[id] ?? TOKEN_TYPE.normal) === TOKEN_TYPE.normal;
  const pieces = new Map(Object.entries(vocab).filter(([, id]) => isNormal(id)));
  const best = [...pieces.values()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return best.flatMap((id) => splits(tokens[id] ?? '').filter((pair) => pair.every((part) => pieces.has(part))));
}

/** Every way to cut a piece in two, between whole characters. */
function splits(piece: string): [string, string][] {
  const characters = Array.from(piece);
  return characters.slice(1).map((_, i) => [characters.slice(0, i + 1).join(''), characters.slice(i + 1).join('')]);
}
