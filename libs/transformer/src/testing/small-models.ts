import { readdirSync } from 'node:fs';
import type { Architecture } from '../architecture.js';
import { Transformer } from '../engine/transformer.js';
import { openModel } from '../sources/open-model.js';
import { familyFixtures } from './fixtures.js';

/** Mixtures that no family's small model has, made by declaring them over one that is there. */
const DECLARED: Record<string, Partial<Architecture>> = {
  'qwen2, bidirectional': { attention: 'bidirectional' },
  'gemma2, read at several positions': { outputs: { kind: 'numerical', size: 29, labels: [], positions: [2, 5, 6] } },
};

/** Models of every family, for what must hold in all of them. */
export const smallModels: readonly string[] = [
  ...['tinytasks', 'tracr-reverse', 'tracr-sort'],
  ...readdirSync(familyFixtures).filter((name) => !name.includes('.')),
  ...Object.keys(DECLARED),
];

export async function loadSmallModel(name: string, home: string): Promise<Transformer> {
  const source = name.startsWith('t') ? name : `${familyFixtures}/${name.replace(/,.*/, '')}`;
  const files = await openModel(source, { home });
  return Transformer.load({ ...files, architecture: { ...files.architecture, ...DECLARED[name] } }, 'cpu');
}
