import type { Manifest, Result, RunRequest } from '@patchbay/contracts';

/** A request as the API hands it over, with its defaults filled in. */
export const sampleRequest = (given: Partial<RunRequest> = {}): RunRequest => ({
  model: 'gpt2-tiny',
  task: 'ioi',
  method: 'activation-patching',
  params: { site: 'z' },
  seed: 0,
  device: 'cpu',
  tags: [],
  ...given,
});

export const sampleManifest = (): Manifest => ({
  patchbay: '0.1.0',
  request: sampleRequest(),
  method: { id: 'activation-patching', version: 1, params: { site: 'z' } },
  model: { name: 'gpt2-tiny', family: 'gpt2', sha256: 'a'.repeat(64), tokenizerSha256: 'b'.repeat(64), revision: null },
  task: { name: 'ioi', sha256: 'c'.repeat(64), pairs: 8 },
  engine: { onnxruntime: '1.30.0', device: 'cpu', dtype: 'float32' },
  machine: { platform: 'linux', arch: 'x64', cpus: 2, node: '20.20.0' },
  conventions: { effect: 'metric(patched) − metric(base)' },
});

export const sampleResult = (nodes: Record<string, number> = { 'a9.h9': -1.5, 'a9.h6': -0.25 }): Result => ({
  manifest: sampleManifest(),
  baseline: { clean: 3.5, corrupted: -1.25 },
  nodes,
  edges: {},
  perExample: { 'a9.h9': [-1.5, null] },
  tables: {},
  seconds: { load: 0.5, compute: 1.5 },
  memory: { peakBytes: 1024 },
});
