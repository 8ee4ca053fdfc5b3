import type { Table } from '@patchbay/contracts';
import { formatTable } from './print.js';

/** A result's tables, one under the other, numbers as short as people read them. */
export const formatTables = (tables: Readonly<Record<string, Table>>): string =>
  Object.entries(tables)
    .map(
      ([name, { columns, rows }]) =>
        `${name}\n${formatTable(
          columns,
          rows.map((row) => row.map(short)),
        )}`,
    )
    .join('\n\n');

const short = (cell: Table['rows'][number][number]): string | null => {
  if (typeof cell !== 'number') return cell === null ? null : String(cell);
  return Number.isInteger(cell) ? String(cell) : cell.toPrecision(4);
};
