import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UnitStore } from '../store.js';
import { sampleManifest, sampleRequest } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { uuidV7 } from '../uuid-v7.js';

let test: TestStore;
let units: UnitStore;
let run: string;
beforeAll(async () => {
  test = await startTestStore();
  ({ units } = test.store);
});
beforeEach(async () => {
  run = (await test.store.runs.create(sampleRequest())).run.id;
  await test.store.runs.begin(run, sampleManifest());
});
afterAll(() => test.stop());

const parallel = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));

describe('planRound', () => {
  it('keeps state and units as they were given', async () => {
    const state = { scores: new Float64Array([1, 2]), seen: new Set(['a9.h9']) };
    await units.planRound(run, 0, [{ layer: 3 }, { heads: new Int32Array([1]) }], state);
    expect(await units.round(run, 0)).toEqual({ state, units: 2 });
    expect(await units.round(run, 1)).toBeNull();
    expect(await units.unit(run, 0, 1)).toEqual({
      unit: { heads: new Int32Array([1]) },
      done: false,
      checkpoint: undefined,
    });
    await expect(units.unit(run, 0, 2)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('keeps the first of 20 plans made at once, whole', async () => {
    await parallel(20, (index) => units.planRound(run, 0, Array<number>(index + 1).fill(index), index));
    const round = await units.round(run, 0);
    expect(round?.units).toBe(Number(round?.state) + 1);
    expect(await units.counts(run)).toEqual({ done: 0, total: round?.units });
    expect((await units.unit(run, 0, 0)).unit).toBe(round?.state);
  });

  it('takes thousands of units, and a round without any', async () => {
    await units.planRound(
      run,
      0,
      Array.from({ length: 20_000 }, (_, index) => index),
      null,
    );
    await units.planRound(run, 1, [], 'last');
    expect(await units.counts(run)).toEqual({ done: 0, total: 20_000 });
    expect((await units.unit(run, 0, 19_999)).unit).toBe(19_999);
    expect(await units.round(run, 1)).toEqual({ state: 'last', units: 0 });
    expect(await units.partials(run, 1)).toEqual([]);
  });

  it('refuses a run that does not exist', async () => {
    await expect(units.planRound(uuidV7(), 0, [1], null)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('storePartial', () => {
  it('keeps the first of 20 partials stored at once', async () => {
    await units.planRound(run, 0, ['unit'], null);
    const stored = await parallel(20, (index) => units.storePartial(run, 0, 0, { index }, 1, 0.5));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await units.partials(run, 0)).toEqual([{ index: stored.indexOf(true) }]);
    expect(await units.counts(run)).toEqual({ done: 1, total: 1 });
    expect(await units.storePartial(run, 0, 0, { index: 99 }, 2, 0.5)).toBe(false);
    expect(await units.partials(run, 0)).toEqual([{ index: stored.indexOf(true) }]);
  });

  it('gives partials in the order of units, whatever the order they came in', async () => {
    await units.planRound(
      run,
      0,
      Array.from({ length: 40 }, (_, index) => index),
      null,
    );
    await parallel(40, (index) => units.storePartial(run, 0, 39 - index, new Float32Array([39 - index]), 1, 0.1));
    const partials = Array.from({ length: 40 }, (_, index) => new Float32Array([index]));
    expect(await units.partials(run, 0)).toEqual(partials);
  });

  it('counts the units that had to be started again', async () => {
    await units.planRound(run, 0, [0, 1, 2], null);
    await units.storePartial(run, 0, 0, 0, 1, 0.1);
    await units.storePartial(run, 0, 1, 0, 2, 0.1);
    await units.storePartial(run, 0, 2, 0, 3, 0.1);
    await units.storePartial(run, 0, 2, 0, 4, 0.1);
    expect((await test.store.runs.get(run)).attempts).toBe(3);
  });

  it('refuses a unit that was never planned', async () => {
    await expect(units.storePartial(run, 0, 0, {}, 1, 0)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('partials', () => {
  it('names the unit that is missing', async () => {
    await units.planRound(run, 0, [0, 1], null);
    await units.storePartial(run, 0, 0, 0, 1, 0.1);
    await expect(units.partials(run, 0)).rejects.toMatchObject({ kind: 'conflict', message: /^Unit 1 of round 0/ });
  });
});

describe('storeCheckpoint', () => {
  it('is given back until the unit is done', async () => {
    await units.planRound(run, 0, ['train'], null);
    await units.storeCheckpoint(run, 0, 0, { step: 1, weights: new Float32Array(3) });
    await units.storeCheckpoint(run, 0, 0, { step: 2, weights: new Float32Array(3) });
    expect(await units.unit(run, 0, 0)).toMatchObject({ done: false, checkpoint: { step: 2 } });
    await units.storePartial(run, 0, 0, 'done', 1, 0.1);
    await units.storeCheckpoint(run, 0, 0, { step: 3 });
    expect(await units.unit(run, 0, 0)).toEqual({ unit: 'train', done: true, checkpoint: undefined });
  });
});
