import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { writeServiceWorker } from '../../scripts/offline.mjs';
import { serve } from '../../scripts/serve.mjs';

type Site = Awaited<ReturnType<typeof serve>>;

let browser: Browser;
let site: Site;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
});
afterAll(() => browser.close());
beforeEach(async () => {
  site = await serve('dist', 0);
});
afterEach(() => site.close());

const lab = 'labs/four-broken-services/';

async function visit(path: string) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).port !== String(site.port)) elsewhere.push(request.url());
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(site.address + path);
  return { page, faults, elsewhere };
}

/** Waits until the whole course has been taken in. */
const takenIn = (page: Page) =>
  page.evaluate(async () => void (await navigator.serviceWorker.ready));

async function prompt(page: Page) {
  await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
}

const screen = (page: Page) => page.locator('.xterm-rows').first();

describe.each(['ko', 'en'])('without a network, in %s', (language) => {
  it('opens chapters, labs and the map, and runs a cluster', async () => {
    const { page, faults, elsewhere } = await visit(`${language}/`);
    await takenIn(page);
    site.close();
    await expect(fetch(site.address)).rejects.toThrow();
    await page.reload();
    await page.goto(`${site.address}${language}/clusterip/`);
    await page.locator('h1').waitFor();
    await page.goto(`${site.address}${language}/map/`);
    await page.locator('h1').waitFor();
    // Without the slash at the end, as people type it.
    await page.goto(`${site.address}${language}/labs`);
    expect(page.url()).toBe(`${site.address}${language}/labs/`);
    await page.goto(site.address + `${language}/${lab}`);
    await page.locator('[data-act="start"]').click();
    await prompt(page);
    await page.keyboard.type(
      'kubectl get nodes; dig +short kubernetes.default; calicoctl version\n',
    );
    await screen(page).getByText('worker-2').first().waitFor();
    await screen(page).getByText('Client Version').first().waitFor();
    const lost = await page.goto(`${site.address}${language}/no-such-page/`);
    expect(lost?.status()).toBe(404);
    await page.locator(`a[href="/${language}/"]`).first().waitFor();
    expect(faults).toEqual([]);
    expect(elsewhere).toEqual([]);
    await page.context().close();
  });
});

it('says when a newer version is there, and goes on in it where one was', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'podways-'));
  const { page, faults } = await visit(`en/${lab}`);
  await takenIn(page);
  await page.reload();
  await page.locator('[data-act="start"]').click();
  await prompt(page);
  await page.keyboard.type('echo kept > note; cat note\n');
  await screen(page).getByText('kept', { exact: true }).first().waitFor();
  site.close();
  spawnSync('cp', ['-a', 'dist/.', copy]);
  const changed = join(copy, `en/${lab}index.html`);
  writeFileSync(changed, readFileSync(changed, 'utf8').replace('<html', '<html data-newer'));
  const before = readFileSync(join(copy, 'sw.js'), 'utf8').split('\n')[0];
  expect(writeServiceWorker(copy).version).not.toContain(before);
  site = await serve(copy, site.port);
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  const line = page.locator('.newer-version');
  await line.getByText('A new version is here.').waitFor();
  expect(await page.locator('html[data-newer]').count()).toBe(0);
  await page.keyboard.type('echo typed-meanwhile\n');
  await line.locator('[data-act="reload"]').click();
  await page.locator('html[data-newer]').waitFor();
  await prompt(page);
  await screen(page).getByText('kept', { exact: true }).first().waitFor();
  await screen(page).getByText('typed-meanwhile').first().waitFor();
  const versions = () => page.evaluate(async () => (await caches.keys()).sort());
  expect(await versions()).toEqual([
    'podways-assets',
    expect.stringContaining('podways-pages-') as string,
  ]);
  expect(faults).toEqual([]);
  await page.context().close();
  rmSync(copy, { recursive: true });
});
