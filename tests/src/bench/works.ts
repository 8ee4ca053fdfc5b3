import type { RunRequestInput } from '@patchbay/contracts';
import type { EnvironmentName } from './environments.js';
import type { ModelName, PairKind } from './inputs.js';

/** A peer's way to do a work. */
export interface Peer {
  name: string;
  environment: EnvironmentName;
  /** file in `peers/` */
  script: string;
  options?: readonly string[];
  /** what must be equal: every score, every keep-or-remove decision, or nothing, and then why */
  agrees: 'scores' | 'decisions' | { not: string };
  /** how many times faster, and with how many times less memory, Patchbay means to be */
  goal?: { time: number; memory?: number };
}

export interface Work {
  id: string;
  title: string;
  model: ModelName;
  pairs: PairKind;
  /** how many of them; all if absent */
  first?: number;
  method: string;
  params: NonNullable<RunRequestInput['params']>;
  peers: readonly Peer[];
}

const headPatching = {
  model: 'gpt2-small',
  method: 'activation-patching',
  params: { site: 'z', direction: 'noising' },
} as const;

const transformerLensHeads = {
  name: 'TransformerLens',
  environment: 'transformer-lens',
  script: 'transformer_lens_heads.py',
  agrees: 'scores',
} as const;

const torchHeads = {
  name: 'PyTorch, by hand: resumed and batched',
  environment: 'transformer-lens',
  script: 'torch_heads.py',
  agrees: 'scores',
} as const;

const autoCircuit = {
  name: 'auto-circuit',
  environment: 'auto-circuit',
  script: 'auto_circuit_edges.py',
} as const;

const circuitkit = { name: 'circuitkit', environment: 'circuitkit' } as const;

const acdc = (id: string, tau: number): Work => ({
  id,
  title: `ACDC, τ = ${tau.toExponential()}, 479 edges`,
  model: 'gpt2-4-layers',
  pairs: 'early',
  method: 'acdc',
  params: { tau },
  peers: [
    {
      ...autoCircuit,
      options: ['--method', 'acdc', '--tau', String(tau)],
      agrees: 'decisions',
      goal: { time: 20 },
    },
    { ...circuitkit, script: 'circuitkit_acdc.py', options: ['--tau', String(tau)], agrees: 'decisions' },
  ],
});

const headCodes = {
  model: 'gpt2-small',
  method: 'head-codes',
  params: {},
} as const;

const torchHeadCodes = {
  name: 'PyTorch, by hand',
  environment: 'transformer-lens',
  script: 'torch_head_codes.py',
  agrees: { not: 'begins at other random weights' },
} as const;

/** Everything that is measured: a work, how the peers do it, and what is asked of Patchbay for the same numbers. */
export const WORKS: readonly Work[] = [
  {
    id: 'heads-late',
    title: 'Head patching, every z; prompts differ at position 10',
    ...headPatching,
    pairs: 'late',
    peers: [{ ...transformerLensHeads, goal: { time: 8 } }, torchHeads],
  },
  {
    id: 'heads-early',
    title: 'Head patching, every z; prompts differ from position 2',
    ...headPatching,
    pairs: 'early',
    peers: [{ ...transformerLensHeads, goal: { time: 3 } }, torchHeads],
  },
  {
    id: 'paths',
    title: 'Path patching, every sender to the logits',
    model: 'gpt2-small',
    pairs: 'early',
    method: 'path-patching',
    params: { receiver: 'logits' },
    peers: [
      {
        name: 'TransformerLens, a pass for each sender',
        environment: 'transformer-lens',
        script: 'transformer_lens_paths.py',
        agrees: 'scores',
        goal: { time: 40 },
      },
      {
        name: 'PyTorch, by hand: last position, batched',
        environment: 'transformer-lens',
        script: 'torch_paths.py',
        agrees: 'scores',
        goal: { time: 3 },
      },
    ],
  },
  {
    id: 'eap',
    title: 'EAP, 32,491 edges',
    model: 'gpt2-small',
    pairs: 'early',
    method: 'eap',
    params: {},
    peers: [
      { ...autoCircuit, options: ['--method', 'eap'], agrees: 'scores', goal: { time: 8, memory: 4 } },
      {
        ...circuitkit,
        script: 'circuitkit_eap.py',
        options: ['--method', 'eap'],
        agrees: 'scores',
        goal: { time: 8, memory: 4 },
      },
      {
        name: 'PyTorch, by hand: one backward pass',
        environment: 'transformer-lens',
        script: 'torch_eap.py',
        agrees: 'scores',
      },
    ],
  },
  {
    id: 'eap-ig',
    title: 'EAP-IG, 5 points, 32,491 edges',
    model: 'gpt2-small',
    pairs: 'early',
    method: 'eap-ig',
    params: { steps: 5, rule: 'right' },
    peers: [
      {
        ...autoCircuit,
        options: ['--method', 'eap-ig', '--steps', '5'],
        agrees: { not: 'moves all edge masks at once, not the input' },
        goal: { time: 7 },
      },
      {
        ...circuitkit,
        script: 'circuitkit_eap.py',
        options: ['--method', 'eap-ig', '--steps', '5'],
        agrees: 'scores',
        goal: { time: 7 },
      },
    ],
  },
  acdc('acdc', 1e-4),
  // Between what float32 leaves of the divergence (1e-7 with the peers) and the rises of the edges that matter (1e-6): two
  // fifths are kept.
  acdc('acdc-half', 3e-7),
  {
    id: 'head-codes',
    title: 'Head codes, 500 prompts of 15 tokens',
    ...headCodes,
    pairs: 'many',
    peers: [{ ...torchHeadCodes, name: 'PyTorch, by hand: node scores alone' }],
  },
  {
    // five pairs are the ten prompts that are trained on, so that hardly anything else is left to do
    id: 'head-codes-training',
    title: 'Head codes, the training: 500 steps on 1,440 vectors',
    ...headCodes,
    pairs: 'many',
    first: 5,
    peers: [{ ...torchHeadCodes, goal: { time: 1.5 } }],
  },
];
