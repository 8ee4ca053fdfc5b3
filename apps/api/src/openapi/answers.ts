import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problemSchema } from '@patchbay/contracts';
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';

/** Documents a route's answer; `isArray` for a list of what the schema describes. */
export const Answers = (
  status: number,
  description: string,
  schema: z.ZodType,
  { isArray = false, headers = {} }: { isArray?: boolean; headers?: Record<string, string> } = {},
) =>
  ApiResponse({
    status,
    description,
    standardSchema: schema,
    isArray,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
    ),
  });

/** Documents the problems that a route can answer with, beside 403 and 503, which every route can. */
export const Refuses = (...statuses: number[]) =>
  applyDecorators(
    ...[...statuses, 403, 503].map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? 'Problem',
        content: { 'application/problem+json': { schema: { $ref: `#/components/schemas/${PROBLEM}` } } },
      }),
    ),
  );

/** The problem schema's name among the components. */
export const PROBLEM = problemSchema.meta()?.id ?? 'Problem';
