import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHome, removeHome } from './stack.js';

/**
 * Scope: what a person gets to see when something they named is wrong: a message that says what to do, an exit code
 * that is not 0, nothing half-written, no stack trace.
 */

const cli = fileURLToPath(new URL('../../../apps/cli/bin/patchbay.js', import.meta.url));
const builtin = fileURLToPath(new URL('../../../libs/transformer/models/tinytasks', import.meta.url));
const home = newHome();
const out = join(home, 'out', 'result.json');
const at = (name: string): string => join(home, name);

beforeAll(() => mkdirSync(at('out')));
afterAll(() => {
  removeHome(home);
});

function patchbay(args: string[], env: Record<string, string> = {}): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PATCHBAY_HOME: home, ...env },
  });
  return { status, stderr };
}

const discover = (options: Record<string, string>) => {
  const given = {
    model: 'tinytasks',
    task: 'tinytasks/ioi',
    method: 'activation-patching',
    pairs: '2',
    out,
    ...options,
  };
  return patchbay(['discover', ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])]);
};

/** A copy of the built-in model, its weights changed by `edit`. */
function modelWith(name: string, edit: (weights: string) => void): string {
  rmSync(at(name), { recursive: true, force: true });
  cpSync(builtin, at(name), { recursive: true });
  edit(join(at(name), 'model.safetensors'));
  return at(name);
}

const taskWith = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

const withHeader = (size: bigint) => (weights: string) => {
  const bytes = readFileSync(weights);
  bytes.writeBigUInt64LE(size);
  writeFileSync(weights, bytes);
};

const notANumber = (weights: string): void => {
  const bytes = readFileSync(weights);
  bytes.writeFloatLE(NaN, bytes.length - 4);
  writeFileSync(weights, bytes);
};

const gguf = (name: string, bytes: Buffer): string => {
  writeFileSync(at(name), bytes);
  return at(name);
};
const ggufHeader = (tensors: bigint, metadata: bigint): Buffer => {
  const bytes = Buffer.alloc(24);
  bytes.write('GGUF');
  bytes.writeUInt32LE(3, 4);
  bytes.writeBigUInt64LE(tensors, 8);
  bytes.writeBigUInt64LE(metadata, 16);
  return bytes;
};

const pair = { clean: '<bos> Tom saw Laura', corrupted: '<bos> Tom saw Tom', answer: 'Tom', wrong: 'Laura' };
const cases: [string, () => Record<string, string>, RegExp][] = [
  ['an unknown model', () => ({ model: 'no-such-model' }), /no-such-model[^]*tinytasks/],
  ['an unknown task', () => ({ task: 'no-such-task' }), /no-such-task[^]*ioi/],
  ['an unknown method', () => ({ method: 'no-such-method' }), /no-such-method[^]*activation-patching/],
  ['an unknown parameter', () => ({ set: 'sight=z' }), /sight/],
  ['a parameter out of its values', () => ({ set: 'site=q' }), /site/],
  ['more pairs than there are', () => ({ pairs: '9999' }), /256/],
  [
    'truncated safetensors',
    () => ({ model: modelWith('short', (f) => truncateSync(f, 100_000)) }),
    /model\.safetensors/,
  ],
  ['a safetensors header of 10 TB', () => ({ model: modelWith('huge', withHeader(10n ** 13n)) }), /header/],
  ['NaN weights', () => ({ model: modelWith('nan', notANumber) }), /NaN|not a number|finite/i],
  ['a truncated GGUF', () => ({ model: gguf('short.gguf', ggufHeader(3n, 2n)) }), /short\.gguf/],
  ['a GGUF that claims 10 TB', () => ({ model: gguf('huge.gguf', ggufHeader(10n ** 13n, 10n ** 13n)) }), /huge\.gguf/],
  ['an empty task', () => ({ task: taskWith('empty.jsonl', '') }), /empty/],
  ['a task that is no JSON', () => ({ task: taskWith('text.jsonl', 'hello\n') }), /line 1/i],
  [
    'an unaligned pair',
    () => ({
      task: taskWith('long.jsonl', JSON.stringify({ ...pair, corrupted: `${pair.corrupted} Tom` })),
      pairs: '1',
    }),
    /line 1[^]*4[^]*5/i,
  ],
  [
    'an answer of two tokens',
    () => ({ task: taskWith('two.jsonl', JSON.stringify({ ...pair, answer: 'Tom Laura' })), pairs: '1' }),
    /line 1/i,
  ],
  ['a device that is not there', () => ({ device: 'cuda' }), /cuda/],
  ['a folder to write into that is not there', () => ({ out: at('nowhere/result.json') }), /nowhere/],
];

describe('discover refuses', () => {
  it.each(cases)('%s', (_, options, says) => {
    const given = options();
    const { status, stderr } = discover(given);
    expect(stderr).toMatch(says);
    expect(status).toBeGreaterThan(0);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(readdirSync(at('out'))).toEqual([]);
  });

  it('and leaves the converted-weights cache without half-written files', () => {
    const left = existsSync(at('cache')) ? readdirSync(at('cache'), { recursive: true }).map(String) : [];
    expect(left.filter((name) => /tmp|partial/.test(name))).toEqual([]);
  });
});

describe('up refuses', () => {
  it('a port that is taken, and says how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const { status, stderr } = patchbay(['up'], { PATCHBAY_PORT: port });
    server.close();
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(new RegExp(`${port}[^]*PATCHBAY_PORT`));
  });

  it.each([
    ['a Postgres that is not there', { DATABASE_URL: 'postgres://someone:secret@127.0.0.1:9/none' }, /Postgres/],
    ['a Temporal that is not there', { TEMPORAL_ADDRESS: '127.0.0.1:9' }, /Temporal[^]*127\.0\.0\.1:9/],
    ['a setting that cannot be understood', { PATCHBAY_PORT: 'many' }, /PATCHBAY_PORT/],
  ])('%s', (_, env, says) => {
    const { status, stderr } = patchbay(['up'], { PATCHBAY_PORT: '0', ...env });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('secret');
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(status).toBeGreaterThan(0);
  });
});

it('the built-in model is the one whose provenance is written down', () => {
  const bytes = readFileSync(join(builtin, 'model.safetensors'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(readFileSync(join(builtin, 'README.md'), 'utf8')).toContain(sha256);
});
