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

async function open(path: string, viewport = desktop, theme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport,
    reducedMotion: 'reduce',
  });
  await context.addInitScript((to) => localStorage.setItem('starlight-theme', to), theme);
  const page = await context.newPage();
  const faults: string[] = [];
  const loaded: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(site.address + path);
  return { page, faults, loaded };
}

async function lab(language: string, viewport = desktop, theme: 'light' | 'dark' = 'light') {
  const opened = await open(`${language}/labs/four-broken-services/`, viewport, theme);
  const { page } = opened;
  await page.locator('[data-act="start"]').click();
  await page.locator('pw-terminal .xterm-rows').first().getByText('$').first().waitFor();
  return opened;
}

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

async function narrow(page: Page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

async function type(page: Page, text: string, shows: string) {
  await page.locator('pw-terminal .xterm').first().click();
  await page.keyboard.type(`${text}\n`);
  await page.locator('.xterm-rows').getByText(shows).first().waitFor();
}

/** Machines that do other things as well take their time. */
const slow = { timeout: 30_000 };

const closeUp = (page: Page, name: string) => page.locator(`[data-lens="${name}"]`).click();

describe.each([
  ['ko', 'light'],
  ['en', 'dark'],
] as const)('closer looks in %s, %s', (language, theme) => {
  it('the tracer follows a packet hop by hop, by keys, as text, and the last command', async () => {
    const { page, faults } = await lab(language, desktop, theme);
    await closeUp(page, 'trace');
    const tracer = page.locator('pw-tracer');
    await tracer.locator('[name=to]').fill('kube-dns.kube-system');
    await tracer.locator('[name=port]').fill('53');
    await page.keyboard.press('Enter');
    await tracer.locator('.hops li').nth(3).waitFor();
    await tracer.locator('.hops li').first().locator('button').click();
    for (let hop = 0; hop < 3; hop++) await page.keyboard.press('ArrowRight');
    await tracer.locator('.hops [aria-current]', { hasText: '4' }).waitFor();
    await tracer.locator('.detail mark', { hasText: ':53' }).waitFor();
    await tracer.locator('.detail pre', { hasText: '-j DNAT --to-destination' }).waitFor();
    await axe(page);
    await page.keyboard.press('End');
    await tracer.locator('.end[data-shown="true"][data-good="true"]').waitFor();
    await tracer.locator('.ways button').nth(1).click();
    await tracer.locator('.hops li').first().waitFor();
    await tracer.locator('.tools button').first().click();
    expect(await tracer.locator('.twin ol').count()).toBe(2);
    await axe(page);
    await page.keyboard.press('Escape');
    await tracer.waitFor({ state: 'hidden' });
    await type(page, 'kubectl exec -n visitors client -- curl -m 2 orders.shop', 'exit code 7');
    await page.locator('[data-act="trace-last"]').click();
    await tracer.locator('.aim', { hasText: 'visitors/client → orders.shop:80' }).waitFor();
    await tracer.locator('.twin .stop').waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('the chain walk counts packets and supposes, without touching the cluster', async () => {
    const { page, faults } = await lab(language, desktop, theme);
    await closeUp(page, 'chains');
    const chains = page.locator('pw-chains');
    await chains.locator('select').first().selectOption('kube-system/kube-dns');
    const iptables = chains.locator('.mode[data-mode="iptables"]');
    await iptables.locator('.door').nth(1).waitFor();
    await chains.locator('.mode[data-mode="ipvs"] .door').first().waitFor();
    await chains.locator('.ask button').first().click();
    await chains.locator('.note', { hasText: '300' }).waitFor();
    const counts = await iptables.locator('.odds small').allTextContents();
    const sent = counts.map((text) => text.match(/\d+/g)?.map(Number) ?? []).flat();
    expect(sent.filter((n) => n !== 300).reduce((sum, n) => sum + n, 0)).toBe(300);
    await chains.locator('.ask button').nth(1).click();
    await chains.locator('.arrival').waitFor();
    expect(await iptables.locator('.door[data-taken="true"]').count()).toBe(1);
    await axe(page);
    await chains.locator('.suppose input').first().check();
    await expect.poll(() => iptables.locator('.door').count(), slow).toBe(1);
    await chains.locator('.suppose .button').nth(1).click();
    await expect.poll(() => iptables.locator('.door').count(), slow).toBe(2);
    await chains.locator('.tools button').first().click();
    await chains.locator('.twin pre', { hasText: 'KUBE-SEP-' }).first().waitFor();
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('the matrix measures, says why, compares, and tries the dash', async () => {
    const { page, faults } = await lab(language, desktop, theme);
    const policy =
      'kubectl apply -n shop -f - <<X\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n' +
      'metadata: {name: reviews}\nspec:\n  podSelector: {matchLabels: {app: reviews}}\n' +
      '  ingress:\n  - from:\n    - namespaceSelector: ' +
      '{matchLabels: {kubernetes.io/metadata.name: visitors}}\n' +
      '    - podSelector: {matchLabels: {app: orders}}\nX';
    await type(page, policy, 'reviews created');
    await closeUp(page, 'matrix');
    const matrix = page.locator('pw-matrix');
    const cells = matrix.locator('.cell');
    await expect.poll(() => cells.count(), slow).toBeGreaterThan(20);
    await matrix.locator('.cell[data-changed="true"]').first().waitFor();
    await matrix.locator('.cell[data-policy="true"]').first().click();
    await matrix.locator('.reason pre').waitFor();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.className ?? '');
    expect(await focused()).toBe('cell');
    await axe(page);
    await matrix.locator('[data-act="pin"]').click();
    await matrix.locator('[data-moment="pinned"]').waitFor();
    await matrix.locator('[data-moment="open"]').click();
    await expect.poll(() => matrix.locator('.cell[data-policy="true"]').count(), slow).toBe(0);
    await matrix.locator('[data-moment="now"]').click();
    await matrix.locator('.cell[data-policy="true"]').first().click();
    await matrix.locator('.reason .side .button').first().click();
    await matrix.locator('.reason [role="status"]').waitFor();
    await matrix.locator('.reason .button.first').click();
    await page.locator('pw-tracer .hops li').first().waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('they fit a phone', async () => {
    const { page, faults } = await lab(language, phone, theme);
    await page.locator('#lab-tab-picture').click();
    await closeUp(page, 'trace');
    await page.locator('pw-tracer [name=to]').fill('payments.shop');
    await page.locator('pw-tracer [type=submit]').click();
    await page.locator('pw-tracer .hops li').first().waitFor();
    await narrow(page);
    await axe(page);
    await page.keyboard.press('Escape');
    await closeUp(page, 'chains');
    await page.locator('pw-chains .mode').waitFor();
    await narrow(page);
    await axe(page);
    await page.keyboard.press('Escape');
    await closeUp(page, 'matrix');
    await page.locator('pw-matrix .rows button').nth(2).click();
    await page.locator('pw-matrix .reason').waitFor();
    await narrow(page);
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe.each(['ko', 'en'])('explorables in %s', (language) => {
  it('are listed, and the calculators need no cluster', async () => {
    const { page, faults, loaded } = await open(`${language}/tools/`);
    expect(await page.locator('main li').count()).toBe(6);
    await axe(page);
    await page.goto(`${site.address}${language}/tools/cidr/`);
    await page.locator('[name=pods]').fill('10.100.0.0/14');
    await page.locator('pw-cidr .stop').waitFor();
    await page.locator('[name=family]').selectOption('6');
    await page.locator('pw-cidr .ok').waitFor();
    await axe(page);
    await page.goto(`${site.address}${language}/tools/mtu/`);
    await page.locator('[name=payload]').fill('1400');
    await page.locator('[name=pod]').fill('1500');
    await page.locator('[name=payload]').fill('4000');
    await page.locator('[name=blocked]').check();
    await page.locator('pw-mtu .verdict[data-good="false"]').waitFor();
    await axe(page);
    await page.goto(`${site.address}${language}/tools/anatomy/`);
    await page.locator('pw-anatomy .verdict[data-good="true"]').waitFor();
    await page.locator('[name=selector]').fill('app=nobody');
    await page.locator('pw-anatomy .verdict[data-good="false"]').waitFor();
    await axe(page);
    expect(loaded.filter((url) => /worker.*js$/.test(url))).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('fit a phone, and start a cluster where one is asked for', async () => {
    const { page, faults } = await open(`${language}/tools/cidr/`, phone);
    for (const tool of ['cidr', 'mtu', 'anatomy']) {
      await page.goto(`${site.address}${language}/tools/${tool}/`);
      await page.locator(`pw-${tool} .part`).first().waitFor();
      await narrow(page);
      await axe(page);
    }
    await page.goto(`${site.address}${language}/tools/trace/`);
    await page.locator('.network').selectOption('two-nodes-calico');
    await page.locator('.open').click();
    await page.locator('pw-tracer .hops li').first().waitFor({ timeout: 60_000 });
    await narrow(page);
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
