import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promptCodesSchema, resultSchema } from '@patchbay/contracts';
import { runCli } from './testing/run-cli.js';

describe('discover', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patchbay-spec-discover-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const good = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching' };

  function discover(changed: Partial<typeof good>, ...more: string[]) {
    const options = Object.entries({ ...good, ...changed }).flatMap(([name, value]) => [`--${name}`, value]);
    const out = ['--out', join(folder, 'result.json')];
    return runCli(['discover', ...options, ...out, ...more], { PATCHBAY_HOME: join(folder, 'home') });
  }

  it('writes the whole result, progress to stderr and nothing to stdout', async () => {
    const { code, stdout, stderr } = await discover({}, '--pairs', '8', '--set', 'direction=denoising');
    expect(stderr).toContain('activation-patching');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const result = resultSchema.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')));
    expect(result.manifest.method.params).toMatchObject({ direction: 'denoising', site: 'z' });
    expect(Object.values(result.perExample).map((values) => values.length)).toContain(8);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('keeps a trained autoencoder beside the result, and codes other prompts with it', async () => {
    const { code, stderr } = await discover({ method: 'head-codes' }, '--pairs', '12', '--set', 'epochs=30');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [file, prompts, out] = ['result.autoencoder-0.safetensors', 'prompts.jsonl', 'codes.json'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFile(prompts, '{"clean":"<bos> Tom gave a ball to"}\n{"clean":"<bos> Tom and Laura went to the"}\n');
    const given = ['--model', 'tinytasks', '--prompts', prompts, '--out', out];
    const home = { PATCHBAY_HOME: join(folder, 'home') };
    expect(await runCli(['code', '--autoencoder', file, ...given], home)).toMatchObject({ code: 0, stdout: '' });
    const codes = promptCodesSchema.parse(JSON.parse(await readFile(out, 'utf8')));
    expect(codes.prompts.map((prompt) => prompt.codes.length)).toEqual([12, 12]);
    const neither = await runCli(['code', ...given], home);
    expect(neither).toMatchObject({ code: 1, stderr: expect.stringContaining('--autoencoder FILE or --run ID') });
  });

  it.each([
    ['an unknown model', { model: 'nobody' }, []],
    ['an unknown task', { task: 'nothing' }, []],
    ['an unknown method', { method: 'guessing' }, []],
    ['a parameter that there is not', {}, ['--set', 'colour=red']],
    ['a value that a parameter cannot have', {}, ['--set', 'site=17']],
    ['a folder that there is not', {}, ['--out', '/nowhere/at/all.json']],
  ])('fails with 1 on %s, says what to do, and leaves an earlier result alone', async (_what, changed, more) => {
    const earlier = join(folder, 'result.json');
    await writeFile(earlier, 'earlier');
    const { code, stderr } = await discover(changed, ...more);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .+\n.+\n$/);
    expect(await readFile(earlier, 'utf8')).toBe('earlier');
  });

  it.each([
    ['a missing option', ['discover', '--model', 'tinytasks']],
    ['a number that is none', ['discover', '--pairs', 'many']],
    ['too few pairs', ['discover', '--pairs', '0']],
    ['a setting without a value', ['discover', '--set', 'site']],
    ['an unknown device', ['discover', '--device', 'abacus']],
    ['an unknown command', ['divine']],
  ])('fails with 2 on %s', async (_what, args) => {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });
});

describe('methods', () => {
  it('lists every method, and one with its parameters', async () => {
    const { stdout } = await runCli(['methods', '--json']);
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    expect(ids).toContain('activation-patching');
    const one = await runCli(['methods', 'activation-patching']);
    expect(one.stdout).toMatch(/^direction +noising, denoising +"noising"/m);
    expect((await runCli(['methods', 'guessing'])).code).toBe(1);
  });
});
