import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliCommand, curlCommand, shellWord } from './commands.js';
import { readSetting, settingText } from './setting-text.js';

const words = (line: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('shellWord', () => {
  it('reaches a program as it was', () => {
    const texts = ['a b', "it's", '', '$HOME', '`id`', 'a7.h2<q>', '*', '!', '\\', '"', 'x\ny', '-d', '~', '#', 'é'];
    expect(words(texts.map(shellWord).join(' '))).toEqual(texts);
  });
});

describe('commands', () => {
  const request = { model: 'a b', task: 'tinytasks/ioi', method: 'path-patching', params: { receiver: ['a7.h2<q>'] } };

  it('gives the CLI what the request says', () => {
    const line = words(cliCommand({ ...request, pairs: 8, device: 'cpu' }));
    expect(line.slice(0, 3)).toEqual(['npx', 'patchbay', 'discover']);
    expect(line.slice(3)).toEqual(
      [
        '--model',
        'a b',
        '--task',
        'tinytasks/ioi',
        '--method',
        'path-patching',
        '--set',
        'receiver=["a7.h2<q>"]',
      ].concat(['--pairs', '8', '--device', 'cpu', '--out', 'result.json']),
    );
  });

  it('gives curl the body', () => {
    const line = words(curlCommand(request, 'http://127.0.0.1:4455'));
    expect(line).toContain('http://127.0.0.1:4455/v1/runs');
    expect(JSON.parse(line.at(-1) ?? '')).toEqual(request);
  });
});

describe('settings as text', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.array(fc.string())),
        (value) => {
          expect(readSetting(settingText(value))).toEqual(Object.is(value, -0) ? 0 : value);
        },
      ),
    );
  });
});
