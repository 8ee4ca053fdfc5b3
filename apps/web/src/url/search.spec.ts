import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runStatusSchema } from '@patchbay/contracts';
import { parseSearch, stringifySearch } from './plain-search.js';
import { readRunFilters, withFilter } from './run-list-search.js';
import { RANKINGS, readRunSearch, SCORE_VIEWS, wholeLists } from './run-search.js';
import { draftOf, readSubmitSearch, searchOf, searchOfRequest } from './submit-search.js';
import { checkDraft } from '../submit/check-draft.js';

const throughAddress = (search: object): Record<string, string> => parseSearch(stringifySearch({ ...search }));
// Lone surrogates are no text: an address cannot hold them, nor can a keyboard write them.
const text = fc.string({ unit: 'grapheme' });
const filled = text.filter((value) => value !== '');

describe('addresses', () => {
  it('hold any names and texts', () => {
    fc.assert(
      fc.property(fc.dictionary(filled, text), (search) => {
        expect(throughAddress(search)).toEqual({ ...search });
      }),
    );
  });

  it('leave no trace of what is absent', () => {
    expect(stringifySearch({ status: undefined })).toBe('');
    expect(stringifySearch({ a: undefined, b: 'x y' })).toBe('?b=x+y');
  });
});

describe('the submit form', () => {
  const draft = fc.record({
    model: text,
    task: text,
    method: text,
    circuit: text,
    pairs: text,
    seed: text,
    device: text,
    name: text,
    tags: text,
    params: fc.dictionary(filled, text),
  });

  it('comes back from its address, wrong fields too', () => {
    fc.assert(
      fc.property(draft, (given) => {
        const back = draftOf(readSubmitSearch(throughAddress(searchOf(given))));
        expect(back).toEqual({ ...given, params: { ...given.params } });
      }),
    );
  });

  it('writes the same address again', () => {
    fc.assert(
      fc.property(draft, (given) => {
        const address = stringifySearch(searchOf(given));
        expect(stringifySearch(readSubmitSearch(parseSearch(address)))).toBe(address);
      }),
    );
  });

  it('ignores what is not its own', () => {
    expect(readSubmitSearch({ model: 'm', other: 'x', 'set.': 'y', 'set.a': 'z', task: 3 })).toEqual({
      model: 'm',
      'set.a': 'z',
    });
  });

  it('is filled in from a run so that the same request leaves it', () => {
    const request = {
      model: 'tinytasks',
      task: 'ioi',
      method: 'unknown-here',
      params: {},
      pairs: 12,
      seed: 3,
      device: 'webgpu' as const,
      name: 'again',
      tags: ['a', 'b'],
    };
    const { params: _, ...rest } = request;
    expect(checkDraft(draftOf(searchOfRequest(request)), undefined)).toEqual({ request: rest, errors: {} });
  });
});

describe('the run list', () => {
  const filters = fc.record(
    { status: fc.constantFrom(...runStatusSchema.options), method: filled, model: filled, task: filled, tag: filled },
    { requiredKeys: [] },
  );

  it('keeps its filters in the address', () => {
    fc.assert(
      fc.property(filters, (given) => {
        expect(readRunFilters(throughAddress(given))).toEqual(given);
      }),
    );
  });

  it('changes one filter and leaves the others', () => {
    fc.assert(
      fc.property(filters, filled, (given, model) => {
        expect(withFilter(given, 'model', model)).toEqual({ ...given, model });
        const { model: _, ...others } = given;
        expect(withFilter(given, 'model', null)).toEqual(others);
      }),
    );
  });

  it('takes no status that does not exist', () => {
    expect(readRunFilters({ status: 'lost', model: '' })).toEqual({});
  });
});

describe('a run’s page', () => {
  const state = fc.record(
    {
      node: filled,
      view: fc.constantFrom(...SCORE_VIEWS),
      rank: fc.constantFrom(...RANKINGS),
      layer: fc.nat().map(String),
      whole: filled,
    },
    { requiredKeys: [] },
  );

  it('keeps what it shows in the address', () => {
    fc.assert(
      fc.property(state, (given) => {
        expect(readRunSearch(throughAddress(given))).toEqual(given);
      }),
    );
  });

  it('falls back to its defaults', () => {
    expect(readRunSearch({ view: 'sounds', rank: 'luck' })).toEqual({});
    expect([...wholeLists({ whole: 'nodes  pairs' })]).toEqual(['nodes', 'pairs']);
  });
});
