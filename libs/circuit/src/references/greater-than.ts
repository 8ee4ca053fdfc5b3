import { EdgeList, GPT2_SMALL, headsOf, inGraphOrder, mlpsOf, type ReferenceCircuit } from './reference-circuit.js';

const first = headsOf('0.1');
const early = headsOf('0.3 0.5');
const middle = headsOf('5.5 6.1 6.9 7.10 8.11 9.1');
const lowMlps = mlpsOf(0, 1, 2, 3);
const highMlps = mlpsOf(8, 9, 10, 11);

const mlpsUpTo8 = mlpsOf(...Array(9).keys());

/** ACDC's reading of Hanna et al.; it lets MLPs 4 to 7 pass on what the first ones write, though it names them nowhere. */
function edges(): string[] {
  return new EdgeList(GPT2_SMALL)
    .connect(['input'], [...first, ...early, ...lowMlps])
    .connect(first, lowMlps)
    .connect([...first, ...early, ...lowMlps], middle)
    .connect(middle, highMlps)
    .connect([...middle, ...highMlps], ['logits'])
    .connect(lowMlps, lowMlps)
    .connect(highMlps, highMlps)
    .connect(mlpsUpTo8, mlpsUpTo8)
    .connect(mlpsUpTo8, middle, 'q')
    .names();
}

export const greaterThanAcdc: ReferenceCircuit = {
  id: 'greater-than-acdc',
  title: 'Greater than, as ACDC lists it',
  model: 'GPT-2 small',
  shape: GPT2_SMALL,
  task: 'greater-than',
  ablation: 'resample',
  source: 'ArthurConmy/Automatic-Circuit-Discovery (Conmy et al. 2023, arXiv:2304.14997), after Hanna et al. 2023',
  nodes: inGraphOrder(GPT2_SMALL, [...first, ...early, ...middle, ...lowMlps, ...highMlps]),
  edges: edges(),
  note: 'MLPs 4 to 7 have edges and are not listed. Against Hanna et al. it lacks 8.8 and 5.1 and has 6.1, which they name for another task: score against both lists.',
};

export const greaterThanHanna: ReferenceCircuit = {
  id: 'greater-than-hanna',
  title: 'Greater than, nodes of Hanna et al.',
  model: 'GPT-2 small',
  shape: GPT2_SMALL,
  task: 'greater-than',
  ablation: 'resample',
  source: 'Hanna et al. 2023, How does GPT-2 compute greater-than?, arXiv:2305.00586; hannamw/gpt2-greater-than',
  nodes: inGraphOrder(GPT2_SMALL, [...headsOf('9.1 8.11 8.8 7.10 6.9 5.5 5.1'), ...highMlps]),
  note: 'Nodes only.',
};
