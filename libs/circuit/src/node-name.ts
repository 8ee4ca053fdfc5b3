/** @file Names of nodes and sites, as in the MIB benchmark's circuit files; `@7` adds one position of each prompt. */

export const headName = (layer: number, head: number): string => `a${layer}.h${head}`;
export const attentionName = (layer: number): string => `a${layer}`;
export const mlpName = (layer: number): string => `m${layer}`;
export const residualName = (layer: number): string => `r${layer}`;
export const atPosition = (name: string, position: number): string => `${name}@${position}`;

export type NodeKind = 'head' | 'attention' | 'mlp' | 'residual' | 'input' | 'logits';

export interface NodeName {
  kind: NodeKind;
  /** absent for `input` and `logits` */
  layer?: number;
  head?: number;
  position?: number;
}

const PATTERN = /^(?:(input|logits)|([amr])(\d+)(?:\.h(\d+))?)(?:@(\d+))?$/;
const KINDS = { a: 'attention', m: 'mlp', r: 'residual' } as const;

/** Reads a name back; undefined where it is none. */
export function parseNodeName(name: string): NodeName | undefined {
  const match = PATTERN.exec(name);
  if (!match) return undefined;
  const [, end, letter, layer, head, position] = match;
  const at = position === undefined ? {} : { position: Number(position) };
  if (end) return { kind: end as 'input' | 'logits', ...at };
  if (head !== undefined && letter !== 'a') return undefined;
  const kind = head === undefined ? KINDS[letter as keyof typeof KINDS] : 'head';
  return { kind, layer: Number(layer), ...(head === undefined ? {} : { head: Number(head) }), ...at };
}
