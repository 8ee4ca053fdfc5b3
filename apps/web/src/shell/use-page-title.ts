import { useDocumentTitle } from '@mantine/hooks';

/** The browser tab says where one is; most particular first, since tabs are narrow. */
export const usePageTitle = (title: string): void => useDocumentTitle(`${title} · Patchbay`);
