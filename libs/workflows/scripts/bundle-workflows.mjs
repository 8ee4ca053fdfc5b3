// Bundles the built workflow code into the one file that workers load, so that no worker needs a bundler at start.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const built = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: built('workflows/index.js'),
  logger: new DefaultLogger('WARN'),
});
await writeFile(built('workflow-bundle.js'), code);
