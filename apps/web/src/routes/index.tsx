import { createRoute, redirect } from '@tanstack/react-router';
import { rootRoute } from './root.js';

/** `/`: there is one place to begin, the list of runs. */
export const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => redirect({ to: '/runs', replace: true, throw: true }),
});
