import { Button, Table } from '@mantine/core';
import type { Table as TableData } from '@patchbay/contracts';
import { numberText } from '../format/number.js';
import { useWholeList } from '../url/use-whole-list.js';

/** Rows shown before somebody asks for all. */
const FIRST_ROWS = 50;

/** A small table of a method's own, drawn as it came. */
export function ResultTable({ name, table }: { name: string; table: TableData }) {
  const [isWhole, showWhole] = useWholeList(name);
  const rows = isWhole ? table.rows : table.rows.slice(0, FIRST_ROWS);
  return (
    <Table.ScrollContainer minWidth={400}>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {table.columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {row.map((cell, column) => (
                <Table.Td key={column}>{typeof cell === 'number' ? numberText(cell) : String(cell ?? '–')}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length < table.rows.length && (
        <Button size="xs" variant="default" mt="xs" onClick={showWhole}>
          Show all {table.rows.length}
        </Button>
      )}
    </Table.ScrollContainer>
  );
}
