import { type MethodView, invalidInput, notFound } from '@patchbay/contracts';
import { z } from 'zod';
import { acdc } from './acdc/acdc.js';
import { activationPatching } from './activation-patching/activation-patching.js';
import { attributionPatching } from './edge-attribution/attribution-patching.js';
import { circuitCriteria } from './circuit-criteria/circuit-criteria.js';
import { circuitStability } from './circuit-stability/circuit-stability.js';
import { circuitTests } from './circuit-tests/circuit-tests.js';
import { eapIg } from './edge-attribution/eap-ig.js';
import { eap } from './edge-attribution/eap.js';
import { edgePatching } from './edge-patching/edge-patching.js';
import { faithfulness } from './faithfulness/faithfulness.js';
import { headCodes } from './head-codes/head-codes.js';
import type { Method } from './method.js';
import { pathPatching } from './path-patching/path-patching.js';

/** Every method of the platform: adding a folder here is all it takes to have it in API, CLI, forms and docs. */
export const methods: readonly Method[] = [
  activationPatching,
  edgePatching,
  pathPatching,
  attributionPatching,
  eap,
  eapIg,
  acdc,
  headCodes,
  faithfulness,
  circuitCriteria,
  circuitTests,
  circuitStability,
];

/** @throws PatchbayError `not-found` naming the methods there are */
export function methodById(id: string): Method {
  const method = methods.find((m) => m.id === id);
  if (method) return method;
  throw notFound(`There is no method ${JSON.stringify(id)}.`, `Choose one of: ${methods.map((m) => m.id).join(', ')}.`);
}

/** The method's parameters with defaults filled in. @throws PatchbayError `invalid-input` naming each wrong one */
export function parseParams(method: Method, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parsed = method.params.safeParse(params);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const issues = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw invalidInput(
    `The parameters of ${method.id} are not right: ${issues.join('; ')}.`,
    `See the parameters of ${method.id} with: patchbay methods ${method.id}.`,
    { cause: parsed.error },
  );
}

export function describeMethod(method: Method): MethodView {
  const { id, title, description, citation, version, needs } = method;
  const { $schema: _, ...params } = z.toJSONSchema(method.params, { io: 'input' });
  return { id, title, description, citation, version, needs, params };
}
