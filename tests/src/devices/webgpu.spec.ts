import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useSwiftShader } from '../setup/find-swiftshader.js';
import { compareDevices, leftToCpu, PARITY_SET, TOLERANCE } from './compare-devices.js';

/**
 * Scope: WebGPU gives the cpu's numbers, through patched runs, masked runs and gradients, and computes them itself.
 * Runs on SwiftShader, a graphics driver in software: right, and very slow.
 */

const home = mkdtempSync(join(tmpdir(), 'patchbay-webgpu-'));
beforeAll(useSwiftShader, 600_000);
afterAll(() => rmSync(home, { recursive: true }));

describe('on WebGPU', () => {
  it.each(PARITY_SET)(
    '%s %j agrees with the cpu and leaves it no number to compute',
    async (method, params) => {
      const parity = await compareDevices('webgpu', [method, params], home);
      expect(parity.scores).toBeGreaterThan(2);
      expect(parity.largestDifference).toBeLessThan(TOLERANCE);
      expect(parity.placements.some(({ provider }) => provider.startsWith('WebGpu'))).toBe(true);
      expect(leftToCpu(parity.placements)).toEqual([]);
    },
    180_000,
  );
});
