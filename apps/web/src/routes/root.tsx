import { createRootRoute } from '@tanstack/react-router';
import { NotFound } from '../shell/not-found.js';
import { PageFailure } from '../shell/page-failure.js';
import { Shell } from '../shell/shell.js';

export const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <PageFailure error={error} />,
});
