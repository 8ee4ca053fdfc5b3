import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentOf, execForm, lastStep, parseDockerfile, type Stage } from './dockerfile.js';

const file = new URL('../../../infra/images/Dockerfile', import.meta.url);
const stages = parseDockerfile(readFileSync(file, 'utf8'));
const stage = (name: string): Stage => {
  const found = stages.find((each) => each.name === name);
  if (!found) throw new Error(`no stage ${name}`);
  return found;
};

describe('parseDockerfile', () => {
  it('reads stages, flags and lines that go on', () => {
    const text = 'ARG A=b:1\n# no\nFROM ${A} AS x\nRUN --mount=type=cache,target=/r npm \\\n  ci\nCOPY --from=x /a b\n';
    expect(parseDockerfile(text)).toEqual([
      {
        name: 'x',
        from: 'b:1',
        steps: [
          { instruction: 'RUN', flags: { mount: 'type=cache,target=/r' }, text: 'npm    ci' },
          { instruction: 'COPY', flags: { from: 'x' }, text: '/a b' },
        ],
      },
    ]);
  });
});

describe('the images', () => {
  it.each(['api', 'worker-cpu', 'worker-cuda'])('%s runs as nobody in particular, and says how it is', (name) => {
    const image = stage(name);
    expect(lastStep(image, 'USER')?.text).toBe('1000:1000');
    expect(lastStep(image, 'HEALTHCHECK')?.text).toContain('ready');
    expect(environmentOf(image)).toEqual({
      NODE_ENV: 'production',
      PATCHBAY_HOME: '/var/lib/patchbay',
      PATCHBAY_HOST: '0.0.0.0',
    });
    const [program, , entry] = execForm(lastStep(image, 'ENTRYPOINT'));
    expect([program, entry]).toEqual(['node', `apps/${name === 'api' ? 'api' : 'worker'}/dist/main.js`]);
  });

  it('are of named versions, and only what they need is copied into them', () => {
    const names = stages.map(({ name }) => name);
    for (const { from } of stages) if (!names.includes(from)) expect(from).toMatch(/^[\w/-]+:\d[\w.-]+$/);
    for (const name of ['api', 'worker-cpu', 'worker-cuda']) {
      const copies = stage(name).steps.filter(({ instruction }) => instruction === 'COPY');
      expect(copies.every(({ flags }) => flags['from'] !== undefined)).toBe(true);
    }
  });
});
