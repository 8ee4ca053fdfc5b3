import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KUBERNETES_VERSION } from './tools.js';

const helmFolder = fileURLToPath(new URL('../../../infra/helm', import.meta.url));
const chart = `${helmFolder}/patchbay`;

/** What the chart asks for and has no default. */
export const NEEDED = {
  'image.registry': 'registry.example.com/patchbay',
  'database.existingSecret': 'patchbay-database',
  'temporal.address': 'temporal.example.com:7233',
  'artifacts.url': 's3://bucket/prefix',
};

/** Every switch of the chart turned on. */
export const EVERYTHING = {
  ...NEEDED,
  'image.pullSecrets[0].name': 'pull',
  'temporal.apiKey.existingSecret': 'temporal-key',
  'temporal.clientCertificate.existingSecret': 'temporal-certificate',
  'artifacts.region': 'eu-central-1',
  'artifacts.endpoint': 'https://s3.example.com',
  'artifacts.existingSecret': 'bucket',
  'api.ingress.enabled': 'true',
  'api.ingress.className': 'nginx',
  'api.ingress.host': 'patchbay.example.com',
  'api.ingress.tlsSecret': 'patchbay-tls',
  'workers.cpu.autoscaling.enabled': 'true',
  'workers.cuda.enabled': 'true',
  'workers.cuda.autoscaling.enabled': 'true',
  'workers.cuda.nodeSelector.accelerator': 'nvidia',
  'workers.cpu.extraEnv[0].name': 'PATCHBAY_MEMORY',
  'workers.cpu.extraEnv[0].value': '6GB',
};

type Values = Readonly<Record<string, string>>;
const flags = (values: Values): string[] =>
  Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

interface Said {
  ok: boolean;
  out: string;
  error: string;
}
function run(program: string, args: readonly string[], input = ''): Said {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 16 * 2 ** 20 });
  return { ok: status === 0, out: stdout, error: stderr };
}

export const lint = (helm: string, values: Values): Said =>
  run(helm, ['lint', '--strict', '--kube-version', KUBERNETES_VERSION, chart, ...flags(values)]);

/** The chart's manifests as Helm would send them. */
export const template = (helm: string, values: Values): Said =>
  run(helm, ['template', 'night', chart, '--kube-version', KUBERNETES_VERSION, ...flags(values)]);

/** Holds manifests against Kubernetes' schemas, and KEDA's kinds against ours: no field is let through unknown. */
export const conform = (kubeconform: string, schemas: string, manifests: string): Said =>
  validate(kubeconform, manifests, [
    ...['-schema-location', `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`],
    ...['-schema-location', `${helmFolder}/schemas/{{.ResourceKind}}{{.KindSuffix}}.json`],
    ...['-kubernetes-version', KUBERNETES_VERSION],
  ]);

/** Holds every Deployment against what ours must say: no root, nothing writable, probes, requests, secrets by reference. */
export const obeysPolicy = (kubeconform: string, manifests: string): Said =>
  validate(kubeconform, manifests, [
    ...['-schema-location', `${helmFolder}/policy/{{.ResourceKind}}.json`],
    '-ignore-missing-schemas',
  ]);

const validate = (kubeconform: string, manifests: string, args: readonly string[]): Said =>
  run(kubeconform, ['-strict', '-summary', '-output', 'text', ...args], manifests);
