import { parseNodeName, type NodeKind, type NodeName } from '@patchbay/circuit';

export interface Cell {
  node: string;
  effect: number;
}

/** Scores as a rectangle: one cell a node, undefined where the model or the result has none. */
export interface Grid {
  kind: 'heads' | 'layers' | 'layer-positions' | 'head-positions';
  title: string;
  rowAxis: string;
  columnAxis: string;
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly (readonly (Cell | undefined)[])[];
  /** of a head × position grid: whose heads these are */
  layer?: number;
}

type Scored = Cell & { name: NodeName };
type Placed = readonly [row: number, column: number, cell: Cell];

/** Kinds that a layer has one of, in the order in which the residual stream meets them. */
const LAYER_KINDS = [
  { kind: 'residual', row: 'resid-pre' },
  { kind: 'attention', row: 'attn-out' },
  { kind: 'mlp', row: 'mlp-out' },
] as const satisfies { kind: NodeKind; row: string }[];

/**
 * Everything in a result that has a place: layer × head, the layers' own sites as a strip, and with positions
 * (`a3.h5@7`) one grid by layer or by site. Names without a layer (`input`, `logits`) have none and are only ranked.
 */
export function gridsOf(nodes: Readonly<Record<string, number>>): Grid[] {
  const scored = Object.entries(nodes).flatMap(([node, effect]): Scored[] => {
    const name = parseNodeName(node);
    return name?.layer === undefined ? [] : [{ node, effect, name }];
  });
  const whole = scored.filter(({ name }) => name.position === undefined);
  const placed = scored.filter(({ name }) => name.position !== undefined);
  return [...headGrid(whole), ...layerStrip(whole), ...layerPositions(placed), ...headPositions(placed)];
}

function headGrid(scored: readonly Scored[]): Grid[] {
  const heads = scored.filter(({ name }) => name.kind === 'head');
  if (heads.length === 0) return [];
  const cells = heads.map((cell): Placed => [cell.name.layer ?? 0, cell.name.head ?? 0, cell]);
  const axes = { rowAxis: 'Layer', columnAxis: 'Head' };
  return [{ kind: 'heads', title: 'Attention heads', ...axes, ...filled(cells) }];
}

function layerStrip(scored: readonly Scored[]): Grid[] {
  const present = LAYER_KINDS.filter(({ kind }) => scored.some(({ name }) => name.kind === kind));
  if (present.length === 0) return [];
  const cells = scored.flatMap((cell): Placed[] => {
    const row = present.findIndex(({ kind }) => kind === cell.name.kind);
    return row < 0 ? [] : [[row, cell.name.layer ?? 0, cell]];
  });
  const rows = present.map(({ row }) => row);
  return [{ kind: 'layers', title: 'Layers', rowAxis: 'Site', columnAxis: 'Layer', ...filled(cells), rows }];
}

function layerPositions(scored: readonly Scored[]): Grid[] {
  return LAYER_KINDS.flatMap(({ kind, row }): Grid[] => {
    const own = scored.filter(({ name }) => name.kind === kind);
    if (own.length === 0) return [];
    const cells = own.map((cell): Placed => [cell.name.layer ?? 0, cell.name.position ?? 0, cell]);
    const title = `${row} by position`;
    return [{ kind: 'layer-positions', title, rowAxis: 'Layer', columnAxis: 'Position', ...filled(cells) }];
  });
}

function headPositions(scored: readonly Scored[]): Grid[] {
  const heads = scored.filter(({ name }) => name.kind === 'head');
  const layers = [...new Set(heads.map(({ name }) => name.layer ?? 0))].sort((a, b) => a - b);
  return layers.map((layer) => {
    const own = heads.filter(({ name }) => name.layer === layer);
    const cells = own.map((cell): Placed => [cell.name.head ?? 0, cell.name.position ?? 0, cell]);
    const axes = { rowAxis: 'Head', columnAxis: 'Position' };
    return { kind: 'head-positions', title: 'Heads by position', ...axes, ...filled(cells), layer };
  });
}

/** A rectangle just large enough, numbered from 0 on both sides. */
function filled(placed: readonly Placed[]): Pick<Grid, 'rows' | 'columns' | 'cells'> {
  const height = 1 + Math.max(...placed.map(([row]) => row));
  const width = 1 + Math.max(...placed.map(([, column]) => column));
  const cells = Array.from({ length: height }, () => new Array<Cell | undefined>(width).fill(undefined));
  for (const [row, column, { node, effect }] of placed) {
    const line = cells[row];
    if (line) line[column] = { node, effect };
  }
  return { rows: numbered(height), columns: numbered(width), cells };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
