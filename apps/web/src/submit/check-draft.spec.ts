import type { MethodView } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { draftOf } from '../url/submit-search.js';
import { checkDraft } from './check-draft.js';
import { serverErrors, visibleErrors } from './field-errors.js';
import { ApiError } from '../api/api-error.js';

const method: MethodView = {
  id: 'acdc',
  title: '',
  description: '',
  citation: '',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: z.toJSONSchema(z.strictObject({ tau: z.number().min(0), metric: z.enum(['kl', 'l2']).default('kl') })),
};
const filled = { model: 'tinytasks', task: 'ioi', method: 'acdc', 'set.tau': '0.05' } as const;

describe('checkDraft', () => {
  it('makes the request that the form stands for, defaults left to the server', () => {
    expect(checkDraft(draftOf({ ...filled, pairs: '8', tags: 'a, b,' }), method)).toEqual({
      request: { model: 'tinytasks', task: 'ioi', method: 'acdc', params: { tau: 0.05 }, pairs: 8, tags: ['a', 'b'] },
      errors: {},
    });
  });

  it('asks for a circuit where the method evaluates one, and for none where it does not', () => {
    const evaluation = { ...method, needs: { ...method.needs, circuit: true } };
    expect(checkDraft(draftOf(filled), evaluation).errors).toEqual({ circuit: 'Choose a circuit.' });
    const draft = draftOf({ ...filled, circuit: 'ioi-wang' });
    expect(checkDraft(draft, evaluation).request.circuit).toBe('ioi-wang');
    expect(checkDraft(draft, method).request).not.toHaveProperty('circuit');
  });

  it('finds each field that is wrong', () => {
    const { errors } = checkDraft(
      draftOf({ method: 'acdc', pairs: '0', seed: '1.5', device: 'gpu', 'set.metric': 'tv', 'set.foo': '1' }),
      method,
    );
    expect(Object.keys(errors).sort()).toEqual(
      ['device', 'model', 'pairs', 'params.foo', 'params.metric', 'params.tau', 'seed', 'task'].sort(),
    );
    expect(errors['model']).toBe('Choose a model.');
  });
});

describe('visibleErrors', () => {
  it('says nothing of blank fields until somebody tries, and all of wrong ones', () => {
    const draft = draftOf({ method: 'acdc', pairs: '0', 'set.metric': '' });
    const { errors } = checkDraft(draft, method);
    expect(Object.keys(visibleErrors(errors, draft, false)).sort()).toEqual(['pairs', 'params.metric']);
    expect(visibleErrors(errors, draft, true)).toEqual(errors);
  });
});

describe('serverErrors', () => {
  it('puts each message at its field', () => {
    const problem = { type: '', title: '', status: 422, detail: '', action: '' };
    const errors = [
      { path: 'params.site', message: 'no such site' },
      { path: 'tags.0', message: 'too long' },
    ];
    expect(serverErrors(new ApiError({ ...problem, errors }))).toEqual({
      'params.site': 'no such site',
      tags: 'too long',
    });
    expect(serverErrors(new ApiError(problem))).toEqual({});
  });
});
