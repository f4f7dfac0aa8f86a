import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';

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

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const mend =
  'kubectl patch service my-service --type merge ' +
  `-p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'`;

async function open(path: string, viewport = desktop) {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  const loaded: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(site.address + path);
  return { page, faults, loaded };
}

async function start(page: Page) {
  await page.locator('[data-act="start"]').click();
  await prompt(page);
}

async function prompt(page: Page) {
  await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
}

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

const check = (page: Page, slug: string, status: string) =>
  page.locator(`[data-check="${slug}"][data-status="${status}"]`);

async function narrow(page: Page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

describe.each(['ko', 'en'])('the lab in %s', (language) => {
  const path = `${language}/labs/four-broken-services/`;

  it('loads nothing of the cluster before Start, and has no axe finding', async () => {
    const { page, faults, loaded } = await open(path);
    await page.waitForLoadState('networkidle');
    expect(
      loaded.filter((url) => /(worker|terminal|run-lab|lasting).*js$|start\.bin/.test(url)),
    ).toEqual([]);
    await axe(page);
    await start(page);
    await check(page, 'my-service', 'fail').waitFor();
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a learner mends a Service, undoes it, comes back, and starts over', async () => {
    const { page, faults } = await open(path);
    await start(page);
    const mine = check(page, 'my-service', 'fail');
    await mine.waitFor();
    for (const word of language === 'ko' ? ['예상', '본 것', '왜'] : ['Expected', 'Seen', 'Why']) {
      await mine.getByText(word, { exact: true }).waitFor();
    }
    await mine.getByText('9376').waitFor();
    expect(await page.locator('[data-check][data-status="pass"]').count()).toBeLessThan(5);
    await page.keyboard.type(`${mend}\n`);
    await check(page, 'my-service', 'pass').waitFor();
    await page.locator('[data-act="undo"]').click();
    await check(page, 'my-service', 'fail').waitFor();
    await page.keyboard.type(`${mend}\n`);
    await check(page, 'my-service', 'pass').waitFor();
    await page.locator('[data-slot="minutes"]').getByText('·').waitFor();
    await page.waitForTimeout(2_500);
    await page.reload();
    await prompt(page);
    await check(page, 'my-service', 'pass').waitFor();
    await page.locator('.xterm-rows').getByText('my-service patched').first().waitFor();
    await page.locator('.lab-actions > [data-act="reset"]').click();
    await page.locator('[data-act="reset-yes"]').click();
    await check(page, 'my-service', 'fail').waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('works on a phone without scrolling sideways', async () => {
    const { page, faults } = await open(path, phone);
    await axe(page);
    await narrow(page);
    await start(page);
    for (const pane of ['text', 'picture', 'checks', 'terminal']) {
      await page.locator(`#lab-tab-${pane}`).click();
      await axe(page);
      await narrow(page);
    }
    await page.locator('pw-terminal input').fill('kubectl get services -n shop');
    await page.keyboard.press('Enter');
    await page.locator('.xterm-rows').getByText('ClusterIP').first().waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    await narrow(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

it('nobody is caught: Shift+Tab leaves the terminal, F6 goes round the panes', async () => {
  const { page } = await open('en/labs/four-broken-services/');
  await start(page);
  const inside = (selector: string) =>
    page.evaluate(
      (name) => document.querySelector(name)?.contains(document.activeElement) ?? false,
      selector,
    );
  expect(await inside('pw-terminal')).toBe(true);
  await page.keyboard.press('Shift+Tab');
  expect(await inside('pw-terminal')).toBe(false);
  for (const pane of ['text', 'picture', 'terminal']) {
    await page.keyboard.press('F6');
    if (pane === 'text' && (await inside('#lab-terminal'))) await page.keyboard.press('F6');
    expect(await inside(`#lab-${pane}`)).toBe(true);
  }
  await page.context().close();
});

it('a hint opens at a time, a solution plays itself, and the lab is passed for good', async () => {
  const { page, faults } = await open('en/labs/four-broken-services/');
  await start(page);
  const mine = check(page, 'my-service', 'fail');
  await mine.getByRole('button', { name: 'Hint 1 of 4' }).click();
  expect(await mine.locator('.hints li').count()).toBe(1);
  await mine.getByRole('button', { name: 'Follow this packet' }).click();
  await page.locator('pw-topology .tracer').waitFor();
  await axe(page);
  await page.locator('[data-view="rules"]').click();
  await page.locator('pw-rules').getByText('-A KUBE-SERVICES').first().waitFor();
  await axe(page);
  await page.locator('[data-tab="transcript"]').click();
  await axe(page);
  await page.locator('[data-act="solutions"]').first().click();
  await page.locator('[data-solution="patch-each"]').click();
  await page.locator('.lab-done h2').waitFor({ timeout: 90_000 });
  await page.waitForTimeout(500);
  await page.goto(`${site.address}en/labs/`);
  await page.locator('[data-lab="four-broken-services"][data-passed]').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

it('a file is written in the editor and used in the terminal, in a second one too', async () => {
  const { page, faults } = await open('en/labs/four-broken-services/');
  await start(page);
  await page.locator('[data-tab="files"]').click();
  await page.locator('pw-files .name input').fill('pod.yaml');
  await page.keyboard.press('Enter');
  await page.locator('.cm-content').click();
  await page.keyboard.insertText(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: extra\n' +
      'spec:\n  containers:\n    - name: web\n      image: nginx\n',
  );
  await axe(page);
  await page.keyboard.press('Control+s');
  await page.locator('pw-files li').getByText('pod.yaml').waitFor();
  await page.locator('.desk-heads .more').click();
  const second = page.locator('pw-terminal[terminal="t2"] .xterm-rows');
  await second.getByText('$').first().waitFor();
  await page.keyboard.type('kubectl apply -f pod.yaml && echo "# seen" >> pod.yaml\n');
  await second.getByText('pod/extra created').first().waitFor();
  await page.locator('[data-tab="files"]').click();
  await page.locator('.cm-content').getByText('# seen').waitFor();
  await page.locator('[data-act="undo"]').click();
  await page.locator('[data-tab="t2"]').click();
  await page.keyboard.type('kubectl get pod extra\n');
  await second.getByText('NotFound').first().waitFor();
  await page.getByRole('button', { name: 'Close workstation 2' }).click();
  await page.locator('[data-tab="t2"]').waitFor({ state: 'detached' });
  await prompt(page);
  expect(faults).toEqual([]);
  await page.context().close();
});

it('a lost Worker is replaced, and the lab goes on from its last save', async () => {
  const { page } = await open('en/labs/four-broken-services/');
  await start(page);
  await page.keyboard.type(`${mend}\n`);
  await check(page, 'my-service', 'pass').waitFor();
  await page.waitForTimeout(2_500);
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('lost');
    });
  });
  await page.locator('[data-slot="notice"]').getByText('last save').waitFor();
  await check(page, 'my-service', 'pass').waitFor();
  await page.locator('pw-desk').click();
  await page.keyboard.type('kubectl get nodes\n');
  await page.locator('.xterm-rows').getByText('worker-2').first().waitFor();
  await page.context().close();
});
