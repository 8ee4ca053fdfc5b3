import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.js';

describe('settings', () => {
  it('have a default for everything, and count an empty variable as unset', () => {
    const settings = readSettings({ PATCHBAY_HOME: '', DATABASE_URL: '' });
    expect(settings).toMatchObject({ home: join(homedir(), '.patchbay'), host: '127.0.0.1', port: 4455 });
    expect(settings.databaseUrl).toBeUndefined();
    expect(settings.memoryBytes).toBeUndefined();
    expect(readSettings({ PATCHBAY_MEMORY: '2GB' }).memoryBytes).toBe(2 ** 31);
    expect(settings.temporal).toMatchObject({ address: undefined, namespace: 'default', tls: false });
  });

  it('take devices with commas between, each once', () => {
    expect(readSettings({}).devices).toEqual(['cpu']);
    expect(readSettings({ PATCHBAY_DEVICES: 'webgpu, cpu,webgpu' }).devices).toEqual(['webgpu', 'cpu']);
  });

  it('turn TLS on with an API key, unless told otherwise', () => {
    expect(readSettings({ TEMPORAL_API_KEY: 'k' }).temporal.tls).toBe(true);
    expect(readSettings({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }).temporal.tls).toBe(false);
    expect(readSettings({ TEMPORAL_TLS: 'true' }).temporal.tls).toBe(true);
  });

  it.each([
    ['PATCHBAY_PORT', 'many'],
    ['PATCHBAY_PORT', '70000'],
    ['DATABASE_URL', 'mysql://there'],
    ['TEMPORAL_TLS', 'perhaps'],
    ['PATCHBAY_MEMORY', 'plenty'],
    ['PATCHBAY_DEVICES', 'cpu,tpu'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });
});
