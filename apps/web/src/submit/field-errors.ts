import { ApiError } from '../api/api-error.js';
import type { Draft } from '../url/submit-search.js';
import type { FieldErrors } from './check-draft.js';

/** The server's refusal by field of the form: `params.site` and `tags.0` belong to `params.site` and `tags`. */
export function serverErrors(error: unknown): FieldErrors {
  if (error === null) return {};
  const { errors } = ApiError.of(error).problem;
  return Object.fromEntries((errors ?? []).map(({ path, message }) => [fieldOf(path), message]));
}

function fieldOf(path: string): string {
  const [first = '', second] = path.split('.');
  return first === 'params' && second !== undefined ? `params.${second}` : first;
}

/** A form that nobody has tried to submit is not blamed for what it does not hold yet, only for what is wrong in it. */
export function visibleErrors(errors: FieldErrors, draft: Draft, tried: boolean): FieldErrors {
  if (tried) return errors;
  const texts: Record<string, string | undefined> = { ...draft, params: undefined };
  const isBlank = (path: string): boolean =>
    path.startsWith('params.') ? !(path.slice(7) in draft.params) : !texts[path];
  return Object.fromEntries(Object.entries(errors).filter(([path]) => !isBlank(path)));
}
