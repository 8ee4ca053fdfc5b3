import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.js';
import { type RunningStack, finished, newHome, removeHome, resultOf, startStack, submit } from './stack.js';

/** Scope: what a person does in a real browser on the real stack: submit, watch, read the heatmap, find the run again. */

const home = newHome();
let stack: RunningStack;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  stack = await startStack(home);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  removeHome(home);
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const cell = (node: string) => page.locator(`[data-node="${node}"]`).first();
async function choose(model: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Model' }).fill(model);
  await page.getByRole('combobox', { name: 'Task' }).fill('tinytasks/ioi');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Method' }).click();
  await page.getByRole('option', { name: 'activation-patching' }).click();
}
const runId = (): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

describe('the dashboard', () => {
  it('takes a run through the form and shows its heatmap, with the values of the result', async () => {
    await page.goto(`${stack.url}/submit`);
    await choose('tinytasks');
    await page.getByLabel('Pairs').fill('16');
    await page.getByText('denoising', { exact: true }).click();
    await page.getByRole('button', { name: 'Start run' }).click();

    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await cell('a2.h1').waitFor({ timeout: 60_000 });
    const run = await finished(stack.url, runId());
    expect(run.request).toMatchObject({ pairs: 16, params: { direction: 'denoising' } });
    const { nodes, baseline } = await resultOf(stack.url, run.id);
    expect(await page.locator('[data-node]').count()).toBeGreaterThanOrEqual(12);
    expect(Number(await cell('a2.h1').getAttribute('data-effect'))).toBe(nodes['a2.h1']);
    expect(await page.getByText(baseline.clean.toFixed(3)).count()).toBeGreaterThan(0);
  });

  it('shows names as text, never as markup, in the list and on the page', async () => {
    const name = '<img src=x onerror="document.title=\'broken\'">';
    const request = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching', pairs: 2, name };
    const run = await submit(stack.url, request);
    await finished(stack.url, run.id);
    for (const path of ['/runs', `/runs/${run.id}`]) {
      await page.goto(`${stack.url}${path}`);
      await page.getByText(name).first().waitFor();
    }
    expect(await page.title()).not.toBe('broken');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });

  it('lists runs, keeps its filter in the URL, and leads to a run', async () => {
    await page.goto(`${stack.url}/runs?status=succeeded`);
    const link = page.locator('tbody a').first();
    await link.waitFor();
    await link.click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await cell('a0.h0').waitFor();
  });

  it('says what is wrong with a request, where it is wrong', async () => {
    await page.goto(`${stack.url}/submit`);
    await choose('no-such-model');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page
      .getByText(/There is no model/)
      .first()
      .waitFor();
    expect(page.url()).toContain('/submit');
    complaints = complaints.filter((text) => !text.includes('422')); // the browser reports the refusal itself
  });
});
