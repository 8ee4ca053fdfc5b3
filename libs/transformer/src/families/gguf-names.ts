/** GGUF's tensor names as a family's own: `token_embd.weight`, `blk.3.attn_q.bias`, … */
export interface TensorNames {
  /** whole names outside the blocks */
  outside: Readonly<Record<string, string>>;
  /** parts of a block: `attn_q` → `self_attn.q_proj` */
  inBlock: Readonly<Record<string, string>>;
  /** prefix of a block's tensors */
  block: (layer: string) => string;
}

/** The name under which the family knows a GGUF tensor; one that nobody knows keeps its parts, for errors. */
export function familyName(name: string, { outside, inBlock, block }: TensorNames): string {
  const known = outside[name];
  if (known) return known;
  const [, layer, part = '', kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  return layer === undefined ? name : `${block(layer)}.${inBlock[part] ?? part}.${kind}`;
}
