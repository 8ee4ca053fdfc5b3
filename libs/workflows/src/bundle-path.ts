import { fileURLToPath } from 'node:url';

/** The workflow code as one file for Temporal's sandbox; `npm run bundle` writes it after each build. */
export const workflowBundlePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
