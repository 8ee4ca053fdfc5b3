// Scope: the Helm chart, where helm, kubeconform and the schemas are there: `npm run check:infra` fetches them.
import { describe, expect, it } from 'vitest';
import { conform, EVERYTHING, lint, NEEDED, obeysPolicy, template } from './chart.js';
import { findSchemas, findTool } from './tools.js';

const helm = findTool('helm') ?? '';
const kubeconform = findTool('kubeconform') ?? '';
const schemas = findSchemas() ?? '';

describe.skipIf(helm === '' || kubeconform === '' || schemas === '')('the Helm chart', () => {
  it.each([
    ['what it needs', NEEDED],
    ['everything', EVERYTHING],
  ])('with %s is linted, fits Kubernetes’ schemas and obeys our policy', (_, values) => {
    expect(lint(helm, values)).toMatchObject({ ok: true });
    const { out, error, ok } = template(helm, values);
    expect(ok, error).toBe(true);
    for (const checked of [conform(kubeconform, schemas, out), obeysPolicy(kubeconform, out)]) {
      expect(checked.ok, checked.out + checked.error).toBe(true);
    }
    expect(conform(kubeconform, schemas, out).out).toMatch(/Invalid: 0, Errors: 0, Skipped: 0/);
    expect(obeysPolicy(kubeconform, out).out).toMatch(/Valid: [23], Invalid: 0/);
  });

  it.each(Object.keys(NEEDED))('without %s says that it is missing', (missing) => {
    const values = Object.fromEntries(Object.entries(NEEDED).filter(([key]) => key !== missing));
    const { ok, error } = template(helm, values);
    expect(ok).toBe(false);
    expect(error).toContain(`${missing} is not set`);
  });

  it('leaves nobody to carry on the workflows only with a refusal', () => {
    const { ok, error } = template(helm, { ...NEEDED, 'workers.cpu.replicas': '0' });
    expect(ok).toBe(false);
    expect(error).toContain('No worker is always there');
  });

  it('refuses a value that it does not know', () => {
    const { ok, error } = template(helm, { ...NEEDED, 'api.replica': '3' });
    expect(ok).toBe(false);
    expect(error).toContain('replica');
  });

  it('holds no secret of its own', () => {
    const { out } = template(helm, EVERYTHING);
    expect(out).not.toMatch(/^kind: Secret$/m);
    expect(out.match(/secretKeyRef/g)?.length).toBeGreaterThanOrEqual(9);
  });

  it('has a policy that a pod can break', () => {
    const { out } = template(helm, NEEDED);
    for (const [said, instead] of [
      ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
      ['runAsNonRoot: true', 'runAsNonRoot: false'],
      ['path: /ready', 'path: /live'],
      [/valueFrom:\n\s+secretKeyRef:\n\s+name: patchbay-database\n\s+key: DATABASE_URL/, 'value: postgresql://u:p@h/d'],
    ] as const) {
      const broken = out.replace(said, instead);
      expect(broken).not.toBe(out);
      expect(obeysPolicy(kubeconform, broken).ok, String(said)).toBe(false);
    }
  });
});
