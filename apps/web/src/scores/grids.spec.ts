import { atPosition, attentionName, headName, mlpName, residualName } from '@patchbay/circuit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridsOf } from './grids.js';

const nodesOf = (grid: { cells: readonly (readonly ({ node: string } | undefined)[])[] }) =>
  grid.cells.map((row) => row.map((cell) => cell?.node));

describe('gridsOf', () => {
  it('lays heads out by layer and head, with gaps where there is none', () => {
    const [grid, ...others] = gridsOf({ 'a1.h0': 2, 'a0.h1': -1 });
    expect(others).toEqual([]);
    expect(grid).toMatchObject({ kind: 'heads', rows: ['0', '1'], columns: ['0', '1'] });
    expect(grid?.cells).toEqual([
      [undefined, { node: 'a0.h1', effect: -1 }],
      [{ node: 'a1.h0', effect: 2 }, undefined],
    ]);
  });

  it('puts the layers’ own sites into a strip, only those there are', () => {
    const [grid] = gridsOf({ m0: 1, r0: 2, m1: 3, input: 4, logits: 5 });
    expect(grid).toMatchObject({ kind: 'layers', rows: ['resid-pre', 'mlp-out'], columns: ['0', '1'] });
    expect(grid && nodesOf(grid)).toEqual([
      ['r0', undefined],
      ['m0', 'm1'],
    ]);
  });

  it('makes grids of positions: by site for layers, by layer for heads', () => {
    const grids = gridsOf({ 'r0@1': 1, 'r1@0': 2, 'a2.h0@3': 3, 'a0.h1@0': 4 });
    expect(grids.map(({ kind, layer }) => [kind, layer])).toEqual([
      ['layer-positions', undefined],
      ['head-positions', 0],
      ['head-positions', 2],
    ]);
    expect(grids[0] && nodesOf(grids[0])).toEqual([
      [undefined, 'r0@1'],
      ['r1@0', undefined],
    ]);
    expect(grids[2]).toMatchObject({ rows: ['0'], columns: ['0', '1', '2', '3'] });
  });

  it('has no grid for names without a place', () => {
    expect(gridsOf({})).toEqual([]);
    expect(gridsOf({ input: 1, logits: 2, '<b>x</b>': 3, 'm1.h2': 4 })).toEqual([]);
  });

  it('shows every node that has a layer exactly once, with its effect', () => {
    const small = fc.nat(12);
    const site = fc.oneof(
      fc.tuple(small, small).map(([layer, head]) => headName(layer, head)),
      small.map(attentionName),
      small.map(mlpName),
      small.map(residualName),
    );
    const name = fc.oneof(
      site,
      fc.tuple(site, small).map(([at, position]) => atPosition(at, position)),
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.double({ noNaN: true })), (nodes) => {
        const shown = gridsOf(nodes).flatMap(({ cells }) => cells.flat().filter((cell) => cell !== undefined));
        expect(shown.map(({ node, effect }) => [node, effect]).sort()).toEqual(Object.entries(nodes).sort());
      }),
    );
  });
});
