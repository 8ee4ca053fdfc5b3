import { EdgeList, GPT2_SMALL, headsOf, inGraphOrder, mlpsOf, type ReferenceCircuit } from './reference-circuit.js';

/** Classes of heads in the circuit for indirect object identification (Wang et al. 2022, figure 2). */
export const IOI_HEADS = {
  nameMover: headsOf('9.9 10.0 9.6'),
  backupNameMover: headsOf('10.10 10.6 10.2 10.1 11.2 9.7 9.0 11.9'),
  negativeNameMover: headsOf('10.7 11.10'),
  sInhibition: headsOf('7.3 7.9 8.6 8.10'),
  induction: headsOf('5.5 5.8 5.9 6.9'),
  duplicateToken: headsOf('0.1 0.10 3.0'),
  previousToken: headsOf('2.2 4.11'),
} as const;

const heads = Object.values(IOI_HEADS).flat();
const mlps = mlpsOf(...Array(GPT2_SMALL.layers).keys());

/** ACDC's reading of Wang et al.: which classes write to which, and every MLP. */
function edges(): string[] {
  const { previousToken, duplicateToken, induction, sInhibition } = IOI_HEADS;
  const movers = [...IOI_HEADS.nameMover, ...IOI_HEADS.backupNameMover, ...IOI_HEADS.negativeNameMover];
  return new EdgeList(GPT2_SMALL)
    .connect(['input', ...mlps], [...mlps, 'logits'])
    .connect(mlps, heads)
    .connect(heads, mlps)
    .connect(['input'], [...previousToken, ...duplicateToken])
    .connect(['input'], sInhibition, 'q')
    .connect(['input'], movers, 'kv')
    .connect(previousToken, induction, 'kv')
    .connect([...induction, ...duplicateToken], sInhibition, 'kv')
    .connect(sInhibition, movers, 'q')
    .connect(movers, ['logits'])
    .names();
}

export const ioiWang: ReferenceCircuit = {
  id: 'ioi-wang',
  title: 'Indirect object identification, 26 heads',
  model: 'GPT-2 small',
  shape: GPT2_SMALL,
  task: 'ioi',
  ablation: 'mean',
  source:
    'Wang et al. 2022, Interpretability in the Wild, arXiv:2211.00593; edges as in ArthurConmy/Automatic-Circuit-Discovery (Conmy et al. 2023)',
  nodes: inGraphOrder(GPT2_SMALL, [...heads, ...mlps]),
  edges: edges(),
  note: 'All MLPs are in. ACDC also counts the 78 edges from a head’s q, k and v inputs to their sums, 1 041 in all.',
};

/** Head codes are scored against a list with 11.3 in the place of 9.0. */
export const ioiOneill: ReferenceCircuit = {
  id: 'ioi-oneill',
  title: 'Indirect object identification, heads of O’Neill and Bui',
  model: 'GPT-2 small',
  shape: GPT2_SMALL,
  task: 'ioi',
  ablation: 'mean',
  source: 'O’Neill and Bui 2024, arXiv:2405.12522, as in charlieoneill11/sae-circuits',
  nodes: inGraphOrder(GPT2_SMALL, [...heads.filter((head) => head !== 'a9.h0'), ...headsOf('11.3')]),
  note: 'Heads only. Differs from ioi-wang by 11.3 in the place of 9.0: score against both.',
};
