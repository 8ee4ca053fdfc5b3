import { HttpException } from '@nestjs/common';
import { ERROR_KINDS, PatchbayError, type Problem } from '@patchbay/contracts';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

type FieldErrors = NonNullable<Problem['errors']>;
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Most issues that one answer lists: a body of 1 MB can be wrong in a hundred thousand places. */
const MAX_FIELD_ERRORS = 50;

/** A refusal by HTTP's own rules, which no `PatchbayError` kind stands for: 400, 403, 404, 413, 415. */
export function refusal(status: number, detail: string, action: string, errors?: FieldErrors): HttpException {
  return new HttpException({ detail, action, errors }, status);
}

/** What a schema found wrong, as the answer lists it. `under` is put before each path. */
export function fieldErrors(issues: readonly Issue[], under: readonly string[] = []): FieldErrors {
  return issues.slice(0, MAX_FIELD_ERRORS).map((issue) => ({
    path: [...under, ...(issue.path ?? []).map((key) => String(typeof key === 'object' ? key.key : key))].join('.'),
    message: issue.message,
  }));
}

/** The answer to a body or query that does not fit its schema. */
export function invalidFields(issues: readonly Issue[]): HttpException {
  const errors = fieldErrors(issues);
  const first = errors[0];
  const where = first?.path ? `${first.path}: ` : '';
  return refusal(422, `${where}${first?.message ?? 'does not fit the schema'}`, 'Correct the fields named.', errors);
}

/** Any thrown value as problem details (RFC 9457). What was not foreseen says nothing of the inside. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof PatchbayError && !isUnforeseen(thrown)) {
    const errors = thrown.cause instanceof z.ZodError ? fieldErrors(thrown.cause.issues) : undefined;
    return {
      type: `urn:patchbay:problem:${thrown.kind}`,
      title: titleOf(ERROR_KINDS[thrown.kind].status),
      status: ERROR_KINDS[thrown.kind].status,
      detail: thrown.message,
      action: thrown.action,
      ...(errors ? { errors } : {}),
    };
  }
  if (thrown instanceof HttpException) return fromHttp(thrown);
  return {
    type: 'urn:patchbay:problem:internal',
    title: titleOf(500),
    status: 500,
    detail: 'Something went wrong inside Patchbay.',
    action: 'Look at the log of the API; if it is a defect, report it with the log.',
  };
}

/** `PatchbayError.of` around some other error: its message was not written for people. */
const isUnforeseen = (error: PatchbayError): boolean => error.kind === 'internal' && error.cause !== undefined;

const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';

function fromHttp(exception: HttpException): Problem {
  const status = exception.getStatus();
  const body = exception.getResponse();
  const given: Partial<Problem> = typeof body === 'string' ? { detail: body } : body;
  return {
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail: given.detail ?? exception.message,
    action: given.action ?? 'See /v1/openapi.json for what is served.',
    ...(given.errors ? { errors: given.errors } : {}),
  };
}
