import { deviceSchema, MAX_PAIRS, runRequestSchema, type MethodView, type RunRequestInput } from '@patchbay/contracts';
import type { Draft } from '../url/submit-search.js';
import { paramFields } from './param-fields.js';
import { readField } from './read-field.js';

/** What is wrong, by the path in the request: `model`, `pairs`, `params.site`. */
export type FieldErrors = Readonly<Record<string, string>>;

export interface CheckedDraft {
  /** the request that the form stands for, as far as it can be understood */
  request: RunRequestInput;
  errors: FieldErrors;
}

/** The contract's own findings in plain words. */
const WORDS: FieldErrors = {
  model: 'Choose a model.',
  task: 'Choose a task.',
  method: 'Choose a method.',
  circuit: 'Choose a circuit.',
  pairs: `Must be a whole number from 1 to ${MAX_PAIRS}.`,
  seed: 'Must be a whole number from 0 to 2147483647.',
  device: `Must be one of ${deviceSchema.options.join(', ')}.`,
  name: 'May have at most 200 characters.',
  tags: 'At most 32 tags of at most 64 characters each.',
};

/** Reads the form. Only what was set goes into the request: the server fills in the defaults, as it does for scripts. */
export function checkDraft(draft: Draft, method: MethodView | undefined): CheckedDraft {
  const { params, errors: paramErrors } = readParams(draft.params, method);
  const tags = draft.tags.split(',').map((tag) => tag.trim());
  const circuit = draft.circuit.trim();
  const request = {
    model: draft.model.trim(),
    task: draft.task.trim(),
    method: draft.method,
    ...(method?.needs.circuit && circuit !== '' && { circuit }),
    ...(Object.keys(params).length > 0 && { params }),
    ...(draft.pairs !== '' && { pairs: Number(draft.pairs) }),
    ...(draft.seed !== '' && { seed: Number(draft.seed) }),
    ...(draft.device !== '' && { device: draft.device }),
    ...(draft.name.trim() !== '' && { name: draft.name.trim() }),
    ...(draft.tags.trim() !== '' && { tags: tags.filter((tag) => tag !== '') }),
  } as RunRequestInput;
  const parsed = runRequestSchema.safeParse(request);
  const issues = parsed.success ? [] : parsed.error.issues;
  const own = issues.map(({ path, message }) => [String(path[0]), WORDS[String(path[0])] ?? message] as const);
  const missing: FieldErrors = method?.needs.circuit && circuit === '' ? { circuit: WORDS['circuit'] ?? '' } : {};
  return { request, errors: { ...Object.fromEntries(own.reverse()), ...missing, ...paramErrors } };
}

function readParams(texts: Draft['params'], method: MethodView | undefined) {
  const params: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  if (!method) return { params, errors };
  const fields = new Map(paramFields(method.params).map((field) => [field.name, field]));
  for (const [name, text] of Object.entries(texts)) {
    const field = fields.get(name);
    const reading = field ? readField(field, text) : { error: `${method.id} has no parameter ${name}.` };
    if ('error' in reading) errors[`params.${name}`] = reading.error;
    else params[name] = reading.value;
  }
  for (const field of fields.values()) {
    if (field.required && texts[field.name] === undefined) errors[`params.${field.name}`] = 'Needs a value.';
  }
  return { params, errors };
}
