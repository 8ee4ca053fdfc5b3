import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);

/** Text of a file under tests/fixtures. */
export const fixture = (path: string): string => readFileSync(new URL(`tests/fixtures/${path}`, root), 'utf8');

/** The folder where tests keep models between runs. */
export const testHome = process.env.PATCHBAY_HOME ?? fileURLToPath(new URL('.patchbay', root));
