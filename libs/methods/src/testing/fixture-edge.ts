/** An edge of the fixtures by our name: `embed->a1.0.q` is `input->a1.h0<q>`, `output` is `logits`. */
export const fixtureEdge = (name: string): string =>
  name
    .replace('embed', 'input')
    .replace('output', 'logits')
    .replace(/a(\d+)\.(\d+)/g, 'a$1.h$2')
    .replace(/\.([qkv])$/, '<$1>');
