import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { stringifySearch } from '../url/plain-search.js';
import { draftOf, searchOf, type Draft } from '../url/submit-search.js';

const route = getRouteApi('/submit');

/** Browsers refuse more than a few changes of the address a second. */
const WRITE_AFTER_MS = 300;

/** The form's content: it begins as the address has it, follows it when it changes, and writes itself into it. */
export function useDraft(): [Draft, (draft: Draft) => void] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const address = stringifySearch(search);
  const [draft, setDraft] = useState(() => draftOf(search));
  const [seen, setSeen] = useState(address);
  const [written, setWritten] = useState(address);
  if (address !== seen) {
    setSeen(address);
    if (address !== written) setDraft(draftOf(search));
  }
  const write = useDebouncedCallback((next: Draft) => {
    const nextSearch = searchOf(next);
    setWritten(stringifySearch(nextSearch));
    void navigate({ search: nextSearch, replace: true });
  }, WRITE_AFTER_MS);
  return [
    draft,
    (next) => {
      setDraft(next);
      write(next);
    },
  ];
}
