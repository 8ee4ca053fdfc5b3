import { createRoute } from '@tanstack/react-router';
import { SubmitPage } from '../submit/submit-page.js';
import { readSubmitSearch } from '../url/submit-search.js';
import { rootRoute } from './root.js';

/** `/submit`: the form, its fields in the address, so that a filled-in form can be kept and passed on. */
export const submitRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/submit',
  validateSearch: readSubmitSearch,
  component: SubmitPage,
});
