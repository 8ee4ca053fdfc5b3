import type { NestExpressApplication } from '@nestjs/platform-express';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isApiPath } from './own-pages-only.js';

/** What we need of Express's response, whose own types are not installed. */
type Response = ServerResponse & { sendFile(path: string, options: object, done: (error?: unknown) => void): void };

/** Serves the built dashboard at `/`; its own routes (`/runs/…`) all get its index.html. */
export function serveDashboard(app: NestExpressApplication, folder: string): void {
  // Names under /assets carry a hash of their content; index.html must be asked for anew each time.
  app.useStaticAssets(join(folder, 'assets'), { prefix: '/assets', immutable: true, maxAge: '1y', index: false });
  app.useStaticAssets(folder, { index: false, redirect: false });
  app.use((request: IncomingMessage, response: Response, next: (error?: unknown) => void) => {
    const wantsPage = request.method === 'GET' || request.method === 'HEAD';
    if (!wantsPage || isApiPath(request.url) || !request.headers.accept?.includes('text/html')) {
      next();
    } else if (existsSync(join(folder, 'index.html'))) {
      response.setHeader('Cache-Control', 'no-cache');
      response.sendFile('index.html', { root: folder, cacheControl: false }, (error) => {
        if (error) next(error);
      });
    } else {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('The dashboard is not built. Run `npm run build` and reload. The API is at /v1/openapi.json.\n');
    }
  });
}
