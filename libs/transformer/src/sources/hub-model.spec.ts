import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safetensorsOf } from '../testing/build-safetensors.js';
import { startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { tinyGpt2Config, tinyGpt2Tensors, tinyTokenizer } from '../testing/tiny-gpt2.js';
import { openModel } from './open-model.js';

const commit = 'c0ffee'.padEnd(40, '0');
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const weights = safetensorsOf(tinyGpt2Tensors());
const files = {
  'config.json': json(tinyGpt2Config),
  'tokenizer.json': json(tinyTokenizer),
  'tokenizer_config.json': json({}),
  'model.safetensors': weights,
  'pytorch_model.bin': Buffer.from('pickle'),
  'README.md': Buffer.from('# tiny'),
};

const offline: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));

describe('a model of the hub', () => {
  const root = temporaryFolder();
  let hub: FakeHub;
  beforeAll(async () => {
    const broken = {
      'model.safetensors': Uint8Array.from(weights, (byte, i) => (i === weights.length - 1 ? byte ^ 1 : byte)),
    };
    const short = { 'model.safetensors': weights.subarray(0, 100) };
    hub = await startFakeHub({
      'org/tiny': { commit, files },
      'org/broken': { commit, files, sent: broken },
      'org/short': { commit, files, sent: short },
      'org/pickled': { commit, files: { 'config.json': files['config.json'], 'pytorch_model.bin': weights } },
    });
  });
  afterAll(() => hub.close());

  it('is fetched once, at the commit that its revision means, without what is not read', async () => {
    const home = join(root, 'once');
    const seen: string[] = [];
    const onProgress = (message: string) => void seen.push(message);
    const model = await openModel('hf:org/tiny', { home, fetch: hub.fetch, onProgress });
    expect(model).toMatchObject({ source: `hf:org/tiny@${commit}`, revision: commit });
    expect(model.tensors.size).toBe(16);
    expect(seen).toContain('Downloading org/tiny');
    const names = ['.complete', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
    expect(readdirSync(join(home, 'hub', 'org', 'tiny', commit)).sort()).toEqual(names);
    const before = hub.requests.length;
    await openModel('hf:org/tiny@main', { home, fetch: hub.fetch });
    expect(hub.requests.slice(before)).toEqual([expect.stringContaining('/api/models/org/tiny/revision/main')]);
    // a commit that lies there needs no network
    await expect(openModel(`hf:org/tiny@${commit}`, { home, fetch: offline })).resolves.toMatchObject({
      revision: commit,
    });
    await expect(openModel('hf:org/tiny', { home, fetch: offline })).rejects.toMatchObject({
      kind: 'unavailable',
      action: expect.stringContaining(`hf:org/tiny@${commit}`),
    });
  });

  it.each(['org/broken', 'org/short'])('is refused where it arrives otherwise than listed (%s)', async (name) => {
    const home = join(root, name);
    await expect(openModel(`hf:${name}`, { home, fetch: hub.fetch })).rejects.toMatchObject({ kind: 'unavailable' });
    const kept = readdirSync(join(home, 'hub', name, commit));
    expect(kept.filter((file) => /safetensors|complete/.test(file))).toEqual([]);
  });

  it.each([
    ['hf:org/none', 'not-found', /no public model org\/none at main/],
    [`hf:org/tiny@v9`, 'not-found', /org\/tiny at v9/],
    ['hf:org/pickled', 'invalid-input', /no safetensors weights/],
    ['hf:tiny', 'invalid-input', /no hub address/],
    ['hf:../../etc/passwd', 'invalid-input', /no hub address/],
    ['hf:org/..', 'invalid-input', /no hub address/],
  ])('says why %s cannot be had', async (reference, kind, message) => {
    const opened = openModel(reference, { home: join(root, 'errors'), fetch: hub.fetch });
    await expect(opened).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  it('says what to do without a network', async () => {
    const opened = openModel('hf:org/tiny', { home: join(root, 'offline'), fetch: offline });
    await expect(opened).rejects.toMatchObject({ kind: 'unavailable', message: /cannot be reached \(fetch failed\)/ });
  });
});
