import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../platform/browser.js';
import { finished, newHome, removeHome, startStack, submit } from '../platform/stack.js';

/** Takes the pictures in docs/screenshots from the real app: `npm run screenshots`. */

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
mkdirSync(folder, { recursive: true });
const home = newHome();
const stack = await startStack(home);
const browser = await launchBrowser();
try {
  const request = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching', pairs: 64 };
  const name = 'Which heads name the indirect object?';
  const heads = await submit(stack.url, { ...request, name });
  await finished(stack.url, heads.id);
  const byPosition = await submit(stack.url, { ...request, pairs: 16, params: { positions: 'each' } });
  await finished(stack.url, byPosition.id);

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const views = {
    run: `/runs/${heads.id}`,
    positions: `/runs/${byPosition.id}`,
    runs: '/runs',
    submit: '/submit?model=tinytasks&task=tinytasks%2Fioi&method=activation-patching',
  };
  for (const [view, path] of Object.entries(views)) {
    await page.goto(`${stack.url}${path}`, { waitUntil: 'load' });
    await page.waitForTimeout(1_500); // what is fetched after the load
    await page.screenshot({ path: `${folder}${view}.png` });
    process.stderr.write(`docs/screenshots/${view}.png\n`);
  }
} finally {
  await browser.close();
  await stack.stop();
  removeHome(home);
}
