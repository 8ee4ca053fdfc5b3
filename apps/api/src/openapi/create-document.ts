import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemSchema } from '@patchbay/contracts';
import { z } from 'zod';
import { PROBLEM } from './answers.js';

/** The OpenAPI 3.0 document of the routes that the application serves; zod schemas with an id are its components. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Patchbay')
    .setDescription('Circuit-discovery experiments: submit runs, follow them, fetch what they found.')
    .setVersion('1')
    .setOpenAPIVersion('3.0.3')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema) => (schema instanceof z.ZodType ? convert(schema) : undefined),
    operationIdFactory: (_controller, method) => method,
  });
  const problem = convert(problemSchema);
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...problem.components } };
  if (!(PROBLEM in problem.components)) throw new Error('the problem schema has no id');
  return document;
}

/** Always as input: a schema that is both sent and received is then one component. */
function convert(schema: z.ZodType): { schema: unknown; components: Record<string, object> } {
  const { $schema: _, $defs, id, ...json } = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
  const nested = Object.fromEntries(Object.entries($defs ?? {}).map(([name, def]) => [name, withoutId(def)]));
  if (typeof id !== 'string') return { schema: json, components: nested };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...nested, [id]: json } };
}

function withoutId(definition: object): object {
  return Object.fromEntries(Object.entries(definition).filter(([key]) => key !== 'id'));
}
