/** Rows in columns as wide as they need to be; numbers to the right. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => (cell === null ? '–' : String(cell))));
  const widths = headings.map((_heading, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = headings.map((_heading, column) => rows.every((row) => typeof row[column] === 'number'));
  const pad = (cell: string, column: number): string =>
    isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The whole of it as JSON for programs, or a table for people. */
export function printList<T>(
  list: readonly T[],
  asJson: boolean | undefined,
  headings: readonly string[],
  row: (item: T) => readonly (string | number | null)[],
): void {
  if (asJson) print(JSON.stringify(list, null, 2));
  else print(formatTable(headings, list.map(row)));
}
