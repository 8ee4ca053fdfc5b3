import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { type BlockInput, type Floats, Transformer, cacheRun, keptAt, openModel, wholly } from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';

/** Scope: path patching against plain forward passes with hooks, one sender and one pair at a time, nothing left out. */

const PAIRS = 6;
const home = mkdtempSync(join(tmpdir(), 'patchbay-paths-'));
let model: Transformer;
let pairs: readonly Pair[];
beforeAll(async () => {
  model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
  ({ pairs } = await openTask('tinytasks/ioi', { model: model.files, pairs: PAIRS, seed: 0 }));
});
afterAll(async () => {
  await model.close();
  rmSync(home, { recursive: true });
});

const run = (
  params: Record<string, unknown>,
  method = 'path-patching',
  { model: source = 'tinytasks', task = 'tinytasks/ioi', pairs: count = PAIRS } = {},
): Promise<Result> => {
  const request = runRequestSchema.parse({ model: source, task, method, pairs: count, params });
  return discover({ request, modelSource: source }, { home });
};

interface Oracle {
  pair: Pair;
  sender: string;
  /** whole heads (their q, k and v) and MLPs; the logits where there are none */
  heads: [number, number][];
  mlps: number[];
  freeze: boolean;
  denoise: boolean;
}

const ONE = { data: Uint8Array.of(1), dims: [1, 1, 1] };

/** z with some heads from another z. */
function withHeads(z: Floats, from: Floats, heads: readonly number[]): Floats {
  const [, seq = 0, count = 0, width = 0] = z.dims;
  const data = z.data.slice();
  for (let t = 0; t < seq; t++) {
    for (const head of heads) {
      const at = (t * count + head) * width;
      data.set(from.data.subarray(at, at + width), at);
    }
  }
  return { data, dims: z.dims };
}

/** Steps 1 to 3 of Wang et al. 2022. @returns change of the logit difference */
async function oracle({ pair, sender, heads, mlps, freeze, denoise }: Oracle): Promise<number> {
  const keep = new Set(['residPre', 'z', 'mlpOut', 'attnOut'] as const);
  const [own, other] = denoise ? [pair.corrupted, pair.clean] : [pair.clean, pair.corrupted];
  const base = await cacheRun(model, [own], keep);
  const donor = await cacheRun(model, [other], keep);
  const atHead = /^a(\d)\.h(\d)$/.exec(sender);

  const read: { resid: Floats; mlpOut: Floats }[] = [];
  let resid = sender === 'input' ? keptAt(donor, 0, 'residPre') : keptAt(base, 0, 'residPre');
  for (let layer = 0; layer < 3; layer++) {
    const sends = atHead && Number(atHead[1]) === layer ? [Number(atHead[2])] : [];
    const z = withHeads(keptAt(base, layer, 'z'), keptAt(donor, layer, 'z'), sends);
    const input: BlockInput = { resid, start: 0, z: wholly(z) };
    const live = (await model.block(layer, input, ['mlpOut'])).mlpOut;
    if (freeze) input.mlpOut = { given: keptAt(base, layer, 'mlpOut'), mask: ONE };
    if (sender === `m${layer}`) input.mlpOut = { given: keptAt(donor, layer, 'mlpOut'), mask: ONE };
    read.push({ resid, mlpOut: live });
    resid = (await model.block(layer, input, ['residPost'])).residPost;
  }
  if (heads.length + mlps.length > 0) {
    resid = keptAt(base, 0, 'residPre');
    for (let layer = 0; layer < 3; layer++) {
      const { z } = await model.block(layer, { resid, start: 0 }, ['z']);
      const receiving = heads.flatMap(([l, h]) => (l === layer ? [h] : []));
      const taken = (await model.block(layer, { resid: (read[layer] as { resid: Floats }).resid, start: 0 }, ['z'])).z;
      const input: BlockInput = { resid, start: 0, z: wholly(withHeads(z, taken, receiving)) };
      if (mlps.includes(layer)) input.mlpOut = { given: (read[layer] as { mlpOut: Floats }).mlpOut, mask: ONE };
      resid = (await model.block(layer, input, ['residPost'])).residPost;
    }
  }
  const difference = async (x: Floats): Promise<number> => {
    const { data } = await model.logits(x, (x.dims[1] ?? 0) - 1, [[...pair.answers, ...pair.wrongs]]);
    return (data[0] ?? NaN) - (data[1] ?? NaN);
  };
  return (await difference(resid)) - (await difference(base.final));
}

describe.each([
  ['recompute', 'noising'],
  ['recompute', 'denoising'],
  ['freeze', 'noising'],
  ['freeze', 'denoising'],
])('MLPs under %s, %s', (mlpPolicy, direction) => {
  it.each<[string, string[], [number, number][], number[]]>([
    ['the logits', ['logits'], [], []],
    ['an MLP', ['m1'], [], [1]],
    ['one head', ['a2.h1<q>', 'a2.h1<k>', 'a2.h1<v>'], [[2, 1]], []],
    [
      'heads of two layers and an MLP',
      ['a2.h0<q>', 'a2.h0<k>', 'a2.h0<v>', 'm1', 'a1.h2<q>', 'a1.h2<k>', 'a1.h2<v>'],
      [
        [1, 2],
        [2, 0],
      ],
      [1],
    ],
  ])('%s: every sender has the effect that forward passes with hooks give', async (_, receiver, heads, mlps) => {
    const { perExample } = await run({ receiver, mlpPolicy, direction });
    const senders = Object.keys(perExample);
    expect(senders.length).toBeGreaterThan(5);
    for (const sender of senders) {
      for (const [i, pair] of pairs.slice(0, 2).entries()) {
        const x = { pair, sender, heads, mlps, freeze: mlpPolicy === 'freeze', denoise: direction === 'denoising' };
        expect(Math.abs((perExample[sender]?.[i] ?? NaN) - (await oracle(x))), `${sender} pair ${i}`).toBeLessThan(
          1e-4,
        );
      }
    }
  });
});

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/fixtures/families/${name}`, import.meta.url));
const words = join(home, 'words.jsonl');
writeFileSync(words, '{"clean":"t1 t2 t3 t6","corrupted":"t1 t7 t3 t8","answer":"t4","wrong":"t5"}\n');

describe('frozen MLPs', () => {
  const inLanguage = (name: string) => ({ model: fixture(name), task: words, pairs: 1 });
  const program = { model: 'tracr-reverse', task: 'tracr/reverse', pairs: 8 };
  it.each([
    ...['logits', 'm1', 'a1.h3<q>', 'a2.h1<k>', 'a2.h1<v>'].map((name) => [name, 'tinytasks', {}] as const),
    // blocks side by side, norms after attention, no causal mask and answers at several positions
    ...['logits', 'm1', 'a1.h0<k>'].map(
      (name) => [name, 'gpt-neox-parallel', inLanguage('gpt-neox-parallel')] as const,
    ),
    ...['logits', 'm1', 'a1.h0<q>'].map((name) => [name, 'gemma2', inLanguage('gemma2')] as const),
    ...['logits', 'm1', 'a3.h0<v>'].map((name) => [name, 'tracr-reverse', program] as const),
  ])('leave one edge to one receiver: %s in %s agrees with edge patching to 1e-5', async (receiver, _, request) => {
    const paths = await run({ receiver, mlpPolicy: 'freeze' }, 'path-patching', request);
    const { edges } = await run({}, 'edge-patching', request);
    for (const [sender, effect] of Object.entries(paths.nodes)) {
      expect(Math.abs(effect - (edges[`${sender}->${receiver}`] ?? NaN)), sender).toBeLessThan(1e-5);
    }
    const into = Object.keys(edges).filter((name) => name.endsWith(`->${receiver}`));
    expect(Object.keys(paths.nodes)).toHaveLength(into.length);
  });
});

describe('receivers', () => {
  it('may be one text with commas', async () => {
    const list = await run({ receiver: ['a2.h1<v>', 'a2.h1<k>'] });
    expect((await run({ receiver: 'a2.h1<k>, a2.h1<v>' })).nodes).toEqual(list.nodes);
  });

  it.each([
    ['a3.h0<q>', 'no input a3.h0<q>'],
    ['a1.h0', 'no input a1.h0'],
    ['input', 'no input input'],
    [['logits', 'm1'], 'cannot receive together'],
  ])('refuses %j', async (receiver, message) => {
    await expect(run({ receiver })).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining(message) as unknown,
    });
  });
});
