import { getRouteApi } from '@tanstack/react-router';
import { wholeLists } from './run-search.js';

const route = getRouteApi('/runs/$runId');

/** Whether a long list of the run's page is shown whole, and how to show it so. */
export function useWholeList(list: string): [boolean, () => void] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const whole = wholeLists(search);
  const word = encodeURIComponent(list);
  const show = (): void => {
    const words = [...whole, word].join(' ');
    void navigate({ search: { ...search, whole: words }, replace: true, resetScroll: false });
  };
  return [whole.has(word), show];
}
