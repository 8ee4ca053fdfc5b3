/** A Markdown table, its columns aligned as Prettier aligns them. */
export function table(columns: readonly string[], rows: readonly string[][]): string {
  const widths = columns.map((_, i) => Math.max(3, ...[columns, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0, fill)).join(' | ')} |\n`;
  const rule = line(
    columns.map(() => ''),
    '-',
  );
  return line(columns) + rule + rows.map((cells) => line(cells)).join('');
}
