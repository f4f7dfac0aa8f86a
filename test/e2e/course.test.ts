import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';

let browser: Browser;
let site: { address: string; close(): void };

beforeAll(async () => {
  site = await serve('dist', 0);
  browser = await chromium.launch({
    executablePath: findBrowser() ?? '',
    args: ['--no-sandbox'],
  });
});
afterAll(async () => {
  await browser.close();
  site.close();
});

async function open(path: string): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(site.address + path);
  return { page, faults };
}

describe.each(['ko', 'en'])('the course in %s', (language) => {
  it.each(['', 'map/', 'labs/', 'clusterip/'])(
    '/%s has no axe finding and no error',
    async (path) => {
      const { page, faults } = await open(`${language}/${path}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  it('a reader predicts, starts the cluster, and sees how the request ends', async () => {
    const { page, faults } = await open(`${language}/clusterip/`);
    const guess = page.locator('[data-predict="outcome"] [data-option="timeout"]');
    await guess.click();
    const block = page.locator('.cluster').first();
    await block.locator('.open').click();
    await page.locator('pw-terminal .screen').scrollIntoViewIfNeeded();
    const screen = page.locator('pw-terminal .xterm-rows');
    await screen.getByText('$').first().waitFor();
    for (const command of await block.locator('[data-command]').all()) await command.click();
    await page.locator('pw-terminal .screen').scrollIntoViewIfNeeded();
    await screen.getByText('command terminated with exit code 7').first().waitFor();
    await page
      .locator('pw-topology svg')
      .getByText(/^my-app-/)
      .first()
      .waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await page.reload();
    await page.locator('[data-predict="outcome"] [data-state="wrong"]').waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
