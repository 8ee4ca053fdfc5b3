import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);

/** Text of a file, by its path from the root of the repository. */
export const readRepositoryFile = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Text of a file under tests/fixtures. */
export const fixture = (path: string): string => readRepositoryFile(`tests/fixtures/${path}`);

/** The folder where tests keep models between runs. */
export const testHome = process.env.PATCHBAY_TEST_HOME ?? fileURLToPath(new URL('node_modules/.cache/patchbay', root));

/** Small random models, one or two of a family, with reference values. */
export const familyFixtures = fileURLToPath(new URL('tests/fixtures/families', root));

/** Small random models as GGUF files, with reference logits. */
export const ggufFixtures = fileURLToPath(new URL('tests/fixtures/gguf/families', root));
