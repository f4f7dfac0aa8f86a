// The whole way of a new learner, in both languages and by two different repairs: the chapter, a
// terminal block, the lab, a failed check that says why, the repair, and progress that stays.
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { loadLab } from '../../src/course/lab/load.ts';

const lab = loadLab('four-broken-services');
const services = ['my-service', 'orders', 'reviews', 'payments'];
const solutions = Object.entries(lab.solutions).map(([name, { lines }]) => ({
  name,
  commands: lines.flatMap((line) => ('command' in line ? [line.command] : [])),
}));
const languages = ['ko', 'en'] as const;
const ways = languages.flatMap((language) => solutions.map((way) => ({ language, ...way })));

let browser: Browser;
let site: { address: string; close(): void };

beforeAll(async () => {
  site = await serve('dist', 0);
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  site.close();
});

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

/** Reads the chapter, predicts, and runs its first block to the end. */
async function readChapter(page: Page) {
  await page.locator('[data-predict="outcome"] [data-option="refused"]').click();
  const block = page.locator('.cluster').first();
  for (const command of await block.locator('[data-command]').all()) await command.click();
  await page.locator('pw-terminal .screen').scrollIntoViewIfNeeded();
  await page
    .locator('pw-terminal .xterm-rows')
    .getByText('command terminated with exit code 7')
    .first()
    .waitFor();
}

describe.each(ways)('in $language, by $name', ({ language, commands }) => {
  it('a learner walks from the chapter to the lab and passes it for good', async () => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));

    await page.goto(`${site.address}${language}/clusterip/`);
    await readChapter(page);
    await axe(page);
    await page.locator(`a[href="/${language}/labs/four-broken-services/"]`).first().click();

    await page.locator('[data-act="start"]').click();
    await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
    for (const slug of services) {
      const failed = page.locator(`[data-check="${slug}"][data-status="fail"]`);
      await failed.waitFor();
      const said = await failed.textContent();
      expect(said).toContain(lab.texts[language].checks[slug]?.expected);
    }
    await axe(page);
    for (const command of commands) await page.keyboard.type(`${command}\n`);
    await page.locator('.lab-done h2').waitFor({ timeout: 90_000 });
    for (const { slug } of lab.definition.checks) {
      await page.locator(`[data-check="${slug}"][data-status="pass"]`).waitFor();
    }
    await axe(page);

    await page.waitForTimeout(2_500);
    await page.reload();
    await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
    await page.locator('[data-check="payments"][data-status="pass"]').waitFor();
    await page.goto(`${site.address}${language}/labs/`);
    await page.locator('[data-lab="four-broken-services"][data-passed]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
