import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, type SchemaObject, SwaggerModule } from '@nestjs/swagger';
import { problemSchema } from '@patchbay/contracts';
import { z } from 'zod';

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
  const { components } = convert(problemSchema);
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...components } };
  return document;
}

/** Always as input: a schema that is both sent and received is then one component. */
function convert(schema: z.ZodType): { schema: SchemaObject; components: Record<string, SchemaObject> } {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as SchemaObject & {
    definitions?: Record<string, SchemaObject>;
  };
  return { schema: json, components: json.definitions ?? {} };
}
