import { createRoute } from '@tanstack/react-router';
import { RunPage } from '../run/run-page.js';
import { readRunSearch } from '../url/run-search.js';
import { rootRoute } from './root.js';

/** `/runs/ID`: one run, what is shown of it in the address. */
export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/$runId',
  validateSearch: readRunSearch,
  component: RunPage,
});
