import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  components: { schemas: Record<string, object> };
}

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await startTestApi();
  document = (await api.ask('GET', '/v1/openapi.json')).json as Document;
});
afterAll(() => api.close());

const documented = () =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

/** What Express itself would route, whoever registered it. */
function served(): string[] {
  const { router } = api.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
      : [],
  );
}

describe('GET /v1/openapi.json', () => {
  it('is an OpenAPI 3.0 document of exactly the routes that are served', () => {
    expect(document.openapi).toMatch(/^3\.0\./);
    expect(documented().length).toBeGreaterThanOrEqual(16);
    expect(documented().sort()).toEqual(served().sort());
  });

  it('resolves every reference, and names the schemas of the contract', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(expect.arrayContaining(['Run', 'RunRequest', 'RunPage', 'Result', 'Problem', 'Model']));
    for (const [, name] of references) expect(names).toContain(name);
  });

  it('says of every operation what it answers when it refuses, and gives it an id of its own', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
    for (const operation of operations) expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
  });

  it('uses nothing that OpenAPI 3.0 does not know', () => {
    const text = JSON.stringify(document);
    for (const keyword of ['$defs', '$schema', 'const', 'propertyNames', '"exclusiveMinimum":0', '"type":"null"']) {
      expect(text).not.toContain(keyword.startsWith('"') ? keyword : `"${keyword}"`);
    }
  });
});
