import { createRoute } from '@tanstack/react-router';
import { RunListPage } from '../runs/run-list-page.js';
import { readRunFilters } from '../url/run-list-search.js';
import { rootRoute } from './root.js';

/** `/runs`: the list, its filters in the address. */
export const runListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs',
  validateSearch: readRunFilters,
  component: RunListPage,
});
