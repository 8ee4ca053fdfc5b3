// Scope: the compose file, where compose-go's reader is there: `npm run check:infra` fetches it.
import { describe, expect, it } from 'vitest';
import { type ComposeModel, readCompose } from './compose.js';
import { findTool } from './tools.js';

const reader = findTool('compose-spec') ?? '';

describe.skipIf(reader === '')('the compose file', () => {
  const model = (): ComposeModel => {
    const read = readCompose(reader, 'p4ss');
    if (typeof read === 'string') throw new Error(read);
    return read;
  };

  it('is refused without a password, of which there is no default', () => {
    expect(readCompose(reader)).toContain('put one into .env');
  });

  it('publishes the API on this machine only, and nothing else', () => {
    const published = Object.entries(model().services).flatMap(([name, { ports = [] }]) =>
      ports.map(({ host_ip }) => `${name} ${host_ip ?? 'everywhere'}`),
    );
    expect(published).toEqual(['api 127.0.0.1']);
  });

  it('gives Patchbay’s own programs nothing to write to and nothing to become', () => {
    const own = Object.values(model().services).filter(({ image }) => image.startsWith('patchbay/'));
    expect(own).toHaveLength(3);
    for (const service of own) {
      expect(service).toMatchObject({
        ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
        environment: { DATABASE_URL: 'postgresql://patchbay:p4ss@postgres:5432/patchbay' },
      });
    }
  });

  it('names a version of every image', () => {
    for (const { image } of Object.values(model().services)) expect(image).toMatch(/:\d[\w.-]*$/);
  });
});
