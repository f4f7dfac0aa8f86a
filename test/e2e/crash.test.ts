import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';

let browser: Browser;
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  site = await serve('dist', 0);
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  site.close();
});

const lab = 'labs/four-broken-services/';
const said = {
  ko: { again: '마지막 저장부터 다시 이어졌어요', over: '잠시 꺼 두었어요' },
  en: { again: 'goes on from the last save', over: 'off for now' },
};

async function start(path: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.goto(site.address + path);
  await page.locator('[data-act="start"]').click();
  await prompt(page);
  return page;
}

async function prompt(page: Page) {
  await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
}

const seen = (page: Page, text: string) =>
  page.locator('.xterm-rows').first().getByText(text).first().waitFor();

/** An error that nobody catches, as one of ours would be. */
const crash = (page: Page) =>
  page.workers()[0]!.evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault');
    });
  });

describe.each(['ko', 'en'] as const)('a Worker that is lost, in %s', (language) => {
  it('is replaced, and nothing is lost; in the end the learner decides', async () => {
    const page = await start(`${language}/${lab}`);
    await page.keyboard.type('echo one > note\n');
    await page.keyboard.type('cat note; echo before-it\n');
    await seen(page, 'before-it');
    const notice = page.locator('[data-slot="notice"]');
    for (let i = 0; i < 3; i++) {
      await crash(page);
      await notice.getByText(said[language].again).waitFor();
      await page.locator('[data-act="dismiss"]').click();
      await seen(page, 'before-it');
    }
    await page.locator('pw-terminal .screen').first().click();
    await page.keyboard.type('cat note; echo after-it\n');
    await seen(page, 'after-it');
    await crash(page);
    await notice.getByText(said[language].over).waitFor();
    await page.locator('[data-restart="save"]').click();
    await notice.waitFor({ state: 'hidden' });
    await seen(page, 'after-it');
    await page.locator('pw-terminal .screen').first().click();
    await page.keyboard.type('cat note; echo at-last\n');
    await seen(page, 'at-last');
    await page.context().close();
  });
});

it('a page that is reloaded has what was typed, and the open file with its undo', async () => {
  const page = await start(`en/${lab}`);
  await page.keyboard.type('echo quick > fast; cat fast\n');
  await page.keyboard.type('echo half a li');
  await page.reload();
  await prompt(page);
  await seen(page, 'quick');
  await seen(page, 'echo half a li');
  await page.keyboard.type('ne\n');
  await seen(page, 'half a line');
  await page.locator('[data-tab="files"]').click();
  await page.locator('pw-files .name input').fill('draft.txt');
  await page.keyboard.press('Enter');
  const sheet = page.locator('pw-files .cm-content');
  await sheet.click();
  await page.keyboard.type('first');
  await page.waitForTimeout(1_000);
  await page.keyboard.type(' second');
  await page.reload();
  await sheet.getByText('first second').waitFor();
  await sheet.click();
  await page.keyboard.press('Control+z');
  await expect.poll(() => sheet.innerText()).toBe('first');
  await page.context().close();
});
