import { createRouter } from '@tanstack/react-router';
import { indexRoute } from './routes/index.js';
import { rootRoute } from './routes/root.js';
import { runListRoute } from './routes/run-list.js';
import { runRoute } from './routes/run.js';
import { submitRoute } from './routes/submit.js';
import { parseSearch, stringifySearch } from './url/plain-search.js';

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, runListRoute, submitRoute, runRoute]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
