import type { EdgeGraphShape } from '../edge-graph.js';
import { EdgeList, headsOf, inGraphOrder, type ReferenceCircuit } from './reference-circuit.js';

const FOUR_LAYERS: EdgeGraphShape = { layers: 4, heads: 8, mlps: false };
const TWO_LAYERS: EdgeGraphShape = { layers: 2, heads: 8, mlps: false };

const docstringHeads = headsOf('0.5 1.2 1.4 2.0 3.0 3.6');

function docstringEdges(): string[] {
  const last = headsOf('3.0 3.6');
  const names = ['input', ...headsOf('0.5')];
  return new EdgeList(FOUR_LAYERS)
    .connect(['input'], headsOf('0.5'), 'v')
    .connect(names, headsOf('1.2'), 'qk')
    .connect(names, headsOf('1.4'), 'v')
    .connect(names, headsOf('2.0'), 'qk')
    .connect(headsOf('1.4'), headsOf('2.0'), 'v')
    .connect(headsOf('1.4'), last, 'q')
    .connect(headsOf('2.0 1.2'), last, 'k')
    .connect(names, last, 'v')
    .connect(last, ['logits'])
    .names();
}

export const docstring: ReferenceCircuit = {
  id: 'docstring',
  title: 'Docstring arguments, 6 heads',
  model: 'attn-only-4l',
  shape: FOUR_LAYERS,
  task: 'docstring',
  ablation: 'resample',
  source: 'Heimersheim and Janiak 2023; edges as in ArthurConmy/Automatic-Circuit-Discovery (Conmy et al. 2023)',
  nodes: inGraphOrder(FOUR_LAYERS, docstringHeads),
  edges: docstringEdges(),
  note: 'ACDC also counts the 13 edges from a head’s q, k and v inputs to their sums, 37 in all.',
};

/** Head codes are scored against a list with 1.0 in the place of 1.2. */
export const docstringOneill: ReferenceCircuit = {
  id: 'docstring-oneill',
  title: 'Docstring arguments, heads of O’Neill and Bui',
  model: 'attn-only-4l',
  shape: FOUR_LAYERS,
  task: 'docstring',
  ablation: 'resample',
  source: 'O’Neill and Bui 2024, arXiv:2405.12522, as in charlieoneill11/sae-circuits',
  nodes: inGraphOrder(FOUR_LAYERS, [...docstringHeads.filter((head) => head !== 'a1.h2'), ...headsOf('1.0')]),
  note: 'Heads only. Differs from docstring by 1.0 in the place of 1.2: score against both.',
};

export const induction: ReferenceCircuit = {
  id: 'induction',
  title: 'Induction, 2 heads',
  model: 'attn-only-2l (Redwood)',
  shape: TWO_LAYERS,
  task: 'induction',
  ablation: 'zero',
  source: 'blei-lab/circuitry (Shi et al. 2024, arXiv:2410.13032)',
  nodes: headsOf('0.0 1.6'),
  edges: new EdgeList(TWO_LAYERS)
    .connect(['input'], headsOf('0.0'), 'v')
    .connect(headsOf('0.0'), headsOf('1.6'), 'k')
    .connect(['input'], headsOf('1.6'), 'qv')
    .connect(['input', ...headsOf('1.6')], ['logits'])
    .names(),
  note: 'ACDC scores this model without a ground truth.',
};
