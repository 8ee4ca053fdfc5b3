import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atPosition, attentionName, headName, mlpName, parseNodeName, residualName } from './node-name.js';

const index = fc.nat(999);

describe('node names', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(index, index, index, (layer, head, position) => {
        expect(parseNodeName(headName(layer, head))).toEqual({ kind: 'head', layer, head });
        expect(parseNodeName(attentionName(layer))).toEqual({ kind: 'attention', layer });
        expect(parseNodeName(atPosition(mlpName(layer), position))).toEqual({ kind: 'mlp', layer, position });
        expect(parseNodeName(residualName(layer))).toEqual({ kind: 'residual', layer });
      }),
    );
  });

  it.each(['', 'a', 'a3.h', 'm3.h1', 'h3', 'a3.h5@', 'a-1.h0', 'A3.h5', 'a3.h5 ', 'logits3'])('refuses %j', (name) => {
    expect(parseNodeName(name)).toBeUndefined();
  });
});
