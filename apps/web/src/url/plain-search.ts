/** What a page's address says after `?`, as plain names and texts, without an encoding of our own. */
export const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

/** The reverse of `parseSearch`; what is absent leaves no trace. */
export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const text = new URLSearchParams(given).toString();
  return text === '' ? '' : `?${text}`;
}

/** The texts among a search's values, by the names a page knows. */
export function pick<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const known = names.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return Object.fromEntries(known) as Partial<Record<Name, string>>;
}
