import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { elementCount } from '../formats/stored-tensor.js';
import { float32, safetensorsOf, type Values } from '../testing/build-safetensors.js';
import { readLocation } from '../testing/read-location.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { tinyGpt2Config, tinyGpt2Tensors, tinyTokenizer, writeTinyGpt2 } from '../testing/tiny-gpt2.js';
import { openModel } from './open-model.js';

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, String(count++));
const quarters = (length: number): number[] => Array.from({ length }, (_, i) => i / 4);

/** Opens a tiny GPT-2 whose folder is changed by `files`, with an empty cache. */
async function open(files: Parameters<typeof writeTinyGpt2>[1] = {}) {
  const folder = writeTinyGpt2(fresh(), files);
  const home = fresh();
  return { folder, home, model: await openModel(folder, { home }) };
}

const cached = (home: string): string[] =>
  readdirSync(join(home, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('hashes'));

function as(dtype: 'F16' | 'BF16', tensors: Record<string, Values>): Record<string, Values> {
  const to16 = (value: number): number => {
    const word = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
    if (dtype === 'BF16') return word >>> 16;
    return value === 0 ? 0 : (((word >>> 23) - 112) << 10) | ((word >>> 13) & 0x3ff);
  };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, bytes }]) => {
      const values = new Float32Array(Uint8Array.from(bytes).buffer);
      return [name, { dtype, shape, bytes: new Uint8Array(Uint16Array.from(values, to16).buffer) }];
    }),
  );
}

describe('opening a folder', () => {
  it('uses float32 weights where they lie, and remembers that they are finite', async () => {
    const { folder, home, model } = await open();
    const location = model.tensors.get('h.0.attn.c_attn.weight');
    expect(location).toMatchObject({ path: join(folder, 'model.safetensors'), shape: [4, 12] });
    expect(readLocation(location)).toEqual(quarters(48));
    expect(cached(home)).toEqual([model.sha256, join(model.sha256, 'finite')]);
    expect(model.architecture).toMatchObject({ family: 'gpt2', layers: 1, heads: 2, dHead: 2, dMlp: 6, context: 5 });
    expect(model).toMatchObject({ promptPrefix: '', revision: null, source: folder });
  });

  it('takes names with the prefix transformer. and passes over mask buffers', async () => {
    const mask = { dtype: 'U8', shape: [1, 1, 5, 5], bytes: new Uint8Array(25) };
    const tensors = { ...tinyGpt2Tensors('transformer.'), 'transformer.h.0.attn.bias': mask };
    const { model } = await open({ 'model.safetensors': safetensorsOf(tensors) });
    expect(model.architecture.embedding).toBe('transformer.wte.weight');
    expect(model.architecture.block(0).mlp?.up.bias).toBe('transformer.h.0.mlp.c_fc.bias');
    expect(model.tensors.size).toBe(16);
  });

  it.each(['F16', 'BF16'] as const)('converts %s once, exactly', async (dtype) => {
    const { home, folder, model } = await open({ 'model.safetensors': safetensorsOf(as(dtype, tinyGpt2Tensors())) });
    for (const location of model.tensors.values()) {
      expect(readLocation(location)).toEqual(quarters(elementCount(location.shape)));
    }
    expect(cached(home)).toEqual([model.sha256, join(model.sha256, 'float32-v1.safetensors')]);
    const before = readLocation(model.tensors.get('wte.weight'));
    const again = await openModel(folder, { home, onProgress: (message) => expect(message).not.toMatch(/Converting/) });
    expect(readLocation(again.tensors.get('wte.weight'))).toEqual(before);
  });

  it('converts again where another configuration reads more of the same weights', async () => {
    const tensors = as('F16', { ...tinyGpt2Tensors(), 'lm_head.weight': float32([3, 4], quarters(12)) });
    const { home, folder, model } = await open({ 'model.safetensors': safetensorsOf(tensors) });
    expect(model.tensors.has('lm_head.weight')).toBe(false);
    writeTinyGpt2(folder, {
      'config.json': { ...tinyGpt2Config, tie_word_embeddings: false },
      'model.safetensors': safetensorsOf(tensors),
    });
    const untied = await openModel(folder, { home });
    expect(untied.architecture.unembedding).toBe('lm_head.weight');
    expect(readLocation(untied.tensors.get('lm_head.weight'))).toEqual(quarters(12));
  });

  it('reads shards, and copies them together where one of them must be converted', async () => {
    const entries = Object.entries(tinyGpt2Tensors());
    const [first, second] = [entries.slice(0, 7), entries.slice(7)].map((part) => Object.fromEntries(part));
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
    const index = {
      weight_map: Object.fromEntries(entries.map(([name], i) => [name, i < 7 ? shards[0] : shards[1]])),
    };
    const files = { 'model.safetensors': null, 'model.safetensors.index.json': index };
    const plain = await open({
      ...files,
      [shards[0]]: safetensorsOf(first ?? {}),
      [shards[1]]: safetensorsOf(second ?? {}),
    });
    expect(new Set([...plain.model.tensors.values()].map(({ path }) => path)).size).toBe(2);
    expect(readLocation(plain.model.tensors.get('h.0.mlp.c_proj.weight'))).toEqual(quarters(24));
    const mixed = await open({
      ...files,
      [shards[0]]: safetensorsOf(first ?? {}),
      [shards[1]]: safetensorsOf(as('BF16', second ?? {})),
    });
    expect(new Set([...mixed.model.tensors.values()].map(({ path }) => path)).size).toBe(1);
    expect(mixed.model.sha256).not.toBe(plain.model.sha256);
    await expect(open({ ...files, [shards[0]]: safetensorsOf(first ?? {}) })).rejects.toThrow(/lacks model-00002/);
    await expect(open({ ...files, [shards[0]]: safetensorsOf({}), [shards[1]]: safetensorsOf({}) })).rejects.toThrow(
      /model-00001-of-00002.safetensors has no tensor wte.weight/,
    );
    await expect(
      open({ ...files, 'model.safetensors.index.json': { weight_map: { a: '../a.safetensors' } } }),
    ).rejects.toThrow(/no plain file name: \.\.\/a/);
  });

  it('follows symbolic links to where the weights really are', async () => {
    const folder = writeTinyGpt2(fresh());
    const blobs = join(folder, 'blobs');
    mkdirSync(blobs);
    renameSync(join(folder, 'model.safetensors'), join(blobs, 'abc'));
    symlinkSync(join(blobs, 'abc'), join(folder, 'model.safetensors'));
    const model = await openModel(folder, { home: fresh() });
    expect(model.tensors.get('wte.weight')?.path).toBe(join(blobs, 'abc'));
  });

  it('notices that a file has changed under the same name', async () => {
    const { folder, home, model } = await open();
    const tensors = { ...tinyGpt2Tensors(), 'ln_f.bias': float32([4], [9, 9, 9, 9]) };
    writeFileSync(join(folder, 'model.safetensors'), safetensorsOf(tensors));
    expect((await openModel(folder, { home })).sha256).not.toBe(model.sha256);
  });

  it.each([
    ['NaN', 'F32'],
    ['infinite', 'F16'],
  ])('refuses %s weights (%s) and leaves nothing behind', async (_, dtype) => {
    const wpe = dtype === 'F32' ? float32([5, 4], [...quarters(19), NaN]) : half([...Array(19).fill(0), 0x7c00]);
    const folder = writeTinyGpt2(fresh(), {
      'model.safetensors': safetensorsOf({ ...tinyGpt2Tensors(), 'wpe.weight': wpe }),
    });
    const home = fresh();
    for (const attempt of [1, 2]) {
      await expect(openModel(folder, { home }), `attempt ${attempt}`).rejects.toThrow(/wpe.weight .* NaN or infinite/);
    }
    expect(cached(home).filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
  });

  const { 'h.0.ln_2.bias': _dropped, ...withoutBias } = tinyGpt2Tensors();
  const whole = safetensorsOf(tinyGpt2Tensors());
  it.each<[string, Parameters<typeof writeTinyGpt2>[1], RegExp]>([
    ['a missing tensor', { 'model.safetensors': safetensorsOf(withoutBias) }, /lacks the tensor h.0.ln_2.bias/],
    [
      'a misshapen tensor',
      { 'model.safetensors': safetensorsOf({ ...tinyGpt2Tensors(), 'wpe.weight': float32([4, 4], quarters(16)) }) },
      /wpe.weight as \[4, 4\] where its configuration asks for \[5, 4\]/,
    ],
    [
      'a tensor nobody reads',
      { 'model.safetensors': safetensorsOf({ ...tinyGpt2Tensors(), 'h.0.attn.q_norm.weight': float32([1], [1]) }) },
      /q_norm.weight, which the gpt2 graph does not read/,
    ],
    [
      'a dtype that cannot be read',
      {
        'model.safetensors': safetensorsOf({
          ...tinyGpt2Tensors(),
          'ln_f.bias': { dtype: 'F64', shape: [4], bytes: new Uint8Array(32) },
        }),
      },
      /ln_f.bias is stored as F64/,
    ],
    ['a file cut short', { 'model.safetensors': whole.subarray(0, whole.length - 4) }, /ends before/],
    ['an empty file', { 'model.safetensors': new Uint8Array(0) }, /ends before/],
    ['no weights', { 'model.safetensors': null }, /no model.safetensors/],
    [
      'pickled weights',
      { 'model.safetensors': null, 'pytorch_model.bin': new Uint8Array(4) },
      /pickled weights can run/,
    ],
    ['no config.json', { 'config.json': null }, /no config.json/],
    ['no tokenizer.json', { 'tokenizer.json': null }, /no tokenizer.json/],
    ['broken JSON', { 'config.json': Buffer.from('{') }, /config.json is no valid JSON/],
    ['a config that is a list', { 'config.json': [] }, /config.json is no JSON object/],
    [
      'an unknown architecture',
      { 'config.json': { architectures: ['BertModel'] } },
      /BertModel, which Patchbay does not/,
    ],
    ['no architecture', { 'config.json': {} }, /not named in its config.json/],
    ['a setting of patchbay.json', { 'patchbay.json': { prefix: 'x' } }, /patchbay.json cannot be used/],
    [
      'a tokenizer of more tokens',
      { 'config.json': { ...tinyGpt2Config, vocab_size: 2 }, ...smaller() },
      /3 tokens, the/,
    ],
    ['a tokenizer that is none', { 'tokenizer.json': { model: {} } }, /tokenizer.json cannot be used: model.type/],
  ])('refuses %s', async (_, files, message) => {
    await expect(open(files)).rejects.toThrow(message);
    await expect(open(files)).rejects.toMatchObject({ kind: 'invalid-input', action: expect.stringMatching(/./) });
  });

  it('gives prompts the prefix of patchbay.json and text the BOS of the tokenizer', async () => {
    const bos = (id: string) => ({ type: 'TemplateProcessing', single: [{ SpecialToken: { id, type_id: 0 } }] });
    const template = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, bos('b')] };
    const { model } = await open({
      'patchbay.json': { promptPrefix: 'a ' },
      'tokenizer.json': { ...tinyTokenizer, post_processor: template },
    });
    expect(model.promptPrefix).toBe('a ');
    expect(model.tokenizer.encode('a x')).toEqual([2, 1, 0]);
    const off = { 'tokenizer.json': { ...tinyTokenizer, post_processor: template } };
    const silenced = await open({ ...off, 'tokenizer_config.json': { add_bos_token: false } });
    expect(silenced.model.tokenizer.encode('a')).toEqual([1]);
    const named = await open({ 'tokenizer_config.json': { add_bos_token: true, bos_token: { content: 'b' } } });
    expect(named.model.tokenizer.encode('a')).toEqual([2, 1]);
    const plain = await open({ 'tokenizer_config.json': { bos_token: 'b' } });
    expect(plain.model.tokenizer.encode('a')).toEqual([1]);
  });
});

const half = (words: number[]): Values => ({
  dtype: 'F16',
  shape: [5, 4],
  bytes: new Uint8Array(Uint16Array.from(words).buffer),
});

function smaller() {
  return { 'model.safetensors': safetensorsOf({ ...tinyGpt2Tensors(), 'wte.weight': float32([2, 4], quarters(8)) }) };
}
