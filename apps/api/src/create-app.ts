import { type NestApplicationOptions, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { fileURLToPath } from 'node:url';
import { apiModule } from './api.module.js';
import { loopbackHosts, ownPagesOnly } from './http/own-pages-only.js';
import { ProblemFilter } from './http/problem-filter.js';
import { readJsonBody } from './http/read-json-body.js';
import { securityHeaders } from './http/security-headers.js';
import { serveDashboard } from './http/serve-dashboard.js';
import { invalidFields } from './http/to-problem.js';
import { RequestTimes } from './metrics/request-times.js';
import { createDocument } from './openapi/create-document.js';
import { OpenApiDocument } from './openapi/openapi.controller.js';
import type { ApiParts } from './parts.js';

/** Where `apps/web` builds to, beside this package. */
const DASHBOARD = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The application over its parts, ready to listen on `host`. */
export async function createApp(
  parts: ApiParts,
  { host, dashboard = DASHBOARD }: { host: string; dashboard?: string },
): Promise<NestExpressApplication> {
  // The framework's own logger is off: failures reach the log through the filter, with what they were about.
  const options: NestApplicationOptions = { bodyParser: false, logger: false, abortOnError: false };
  const app = await NestFactory.create<NestExpressApplication>(apiModule(parts), options);
  app.disable('x-powered-by');
  app.use(app.get(RequestTimes).middleware);
  app.use(securityHeaders());
  app.use(ownPagesOnly(() => loopbackHosts(host, listeningPort(app))));
  serveDashboard(app, dashboard);
  app.use(readJsonBody);
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: invalidFields }));
  app.get(OpenApiDocument).content = createDocument(app);
  return app;
}

/** The port it listens on, which a setting of 0 leaves to the system. */
export function listeningPort(app: NestExpressApplication): number {
  const address = app.getHttpServer().address();
  return typeof address === 'object' && address ? address.port : 0;
}
