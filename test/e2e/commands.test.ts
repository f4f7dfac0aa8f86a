// The chapter on commands, its lab, the editor and the page for real clients, as a new user meets
// them: in both languages, on a desk and on a phone.
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { loadLab } from '../../src/course/lab/load.ts';

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
const languages = ['ko', 'en'] as const;

async function open(path: string, viewport = desktop) {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(site.address + path);
  return { page, faults };
}

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

async function narrow(page: Page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

const screen = (page: Page) => page.locator('pw-terminal .xterm-rows').first();
const seen = (page: Page, text: string) => screen(page).getByText(text).first().waitFor();

/** Opens the lab with the button of this name, and waits for its prompt. */
async function enter(page: Page, act: 'start' | 'daily' = 'start') {
  await page.locator(`[data-act="${act}"]`).click();
  await seen(page, '$');
}

describe.each(languages)('the chapter on commands in %s', (language) => {
  it('asks first, types its commands, and has no axe finding', async () => {
    const { page, faults } = await open(`${language}/commands/`);
    await axe(page);
    await page.locator('[data-predict="no-tool"] [data-option="missing"]').click();
    await page.locator('[data-predict="no-tool"] [data-state="right"]').waitFor();
    const blocks = page.locator('.cluster');
    for (const at of [0, 1]) {
      for (const each of await blocks.nth(at).locator('[data-command]').all()) await each.click();
    }
    await seen(page, 'executable file not found in $PATH');
    await seen(page, 'hello');
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('reads on a phone without scrolling sideways', async () => {
    const { page } = await open(`${language}/commands/`, phone);
    await narrow(page);
    await axe(page);
    await page.goto(`${site.address}${language}/connect/`);
    await narrow(page);
    await axe(page);
    await page.context().close();
  });

  it('leads to the page for real clients', async () => {
    const { page, faults } = await open(`${language}/commands/`);
    await page.locator(`a[href="/${language}/connect/"]`).first().click();
    for (const id of ['open', 'kubectl', 'k9s', 'headlamp', 'options', 'trouble']) {
      await page.locator(`section#${id} h2`).waitFor();
    }
    await page.locator('#open').getByText('npm run apiserver').first().waitFor();
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe.each(languages)('the kubectl sprint in %s', (language) => {
  it('is run by a new user, whose time is shown and can be hidden', async () => {
    const { page, faults } = await open(`${language}/labs/kubectl-sprint/`);
    await axe(page);
    await enter(page);
    const lab = loadLab('kubectl-sprint');
    const [way] = Object.values(lab.solutions);
    await page.locator('[data-check="address"][data-status="fail"]').waitFor();
    const par = language === 'ko' ? '기준 12분' : 'par 12 min';
    const clock = page.locator('[data-slot="minutes"]');
    await clock.getByText(par).waitFor();
    await page.locator('.lab-more summary').click();
    await page.locator('[data-act="clock"]').click();
    await clock.getByText(par).waitFor({ state: 'detached' });
    await page.locator('pw-terminal .screen').first().click();
    for (const line of way!.lines) {
      if ('command' in line) await page.keyboard.type(`${line.command}\n`);
    }
    await page.locator('.lab-done h2').waitFor({ timeout: 90_000 });
    await axe(page);
    await page.locator('[data-act="again"]').click();
    await seen(page, '$');
    await page.locator('[data-check="address"][data-status="fail"]').waitFor();
    expect(await page.locator('[data-slot="step"]').textContent()).not.toContain('⟦');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('shows the names of today where they are asked for', async () => {
    const { page } = await open(`${language}/labs/kubectl-sprint/`);
    await enter(page, 'daily');
    const now = new Date();
    const seed = now.getFullYear() * 10_000 + (now.getMonth() + 1) * 100 + now.getDate();
    const { ns, svc } = loadLab('kubectl-sprint', seed).values;
    const text = await page.locator('[data-slot="step"]').textContent();
    expect(text).toContain(svc);
    expect(text).toContain(ns);
    await page.keyboard.type(`kubectl get service ${svc} -n ${ns} -o name\n`);
    await seen(page, `service/${svc}`);
    await page.context().close();
  });
});

describe('the terminal', () => {
  it('completes with Tab and finds what was typed before', async () => {
    const { page, faults } = await open('en/labs/kubectl-sprint/');
    await enter(page);
    await page.keyboard.type('kubectl get endpointsl');
    await page.keyboard.press('Tab');
    await page.keyboard.type('-A\n');
    await seen(page, 'kubectl get endpointslices.discovery.k8s.io');
    await seen(page, 'ADDRESSTYPE');
    await page.keyboard.type('echo first-line\n');
    await seen(page, 'first-line');
    await page.keyboard.type('clear\n');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await seen(page, 'first-line');
    await page.keyboard.press('Control+r');
    await page.keyboard.type('endpointsl');
    await seen(page, 'reverse-i-search');
    await page.keyboard.press('Enter');
    await seen(page, 'ADDRESSTYPE');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('what opens an editor', () => {
  const deploy = 'kubectl create deployment web --image=nginx';

  it('vi writes a file, and kubectl edit opens in it', async () => {
    const { page, faults } = await open('en/labs/kubectl-sprint/');
    await enter(page);
    await page.keyboard.type('vi note.txt\n');
    await seen(page, '~');
    await page.keyboard.type('ihello from vi');
    await page.keyboard.press('Escape');
    await page.keyboard.type(':wq\n');
    await page.keyboard.type('rev note.txt\n');
    await seen(page, 'iv morf olleh');
    await page.keyboard.type(`clear; ${deploy}\n`);
    await seen(page, 'web created');
    await page.keyboard.type('kubectl edit deployment web\n');
    await seen(page, '# Please edit the object below.');
    await page.keyboard.type('/replicas: 1\n');
    await page.keyboard.type('A\b2');
    await page.keyboard.press('Escape');
    await page.keyboard.type(':wq\n');
    await seen(page, 'deployment.apps/web edited');
    await page.keyboard.type('kubectl get deploy web -o jsonpath=replicas:{.spec.replicas}\n');
    await seen(page, 'replicas:2');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('the pane takes the place of vi, and saving goes on with kubectl', async () => {
    const { page, faults } = await open('ko/labs/kubectl-sprint/');
    await enter(page);
    await page.locator('.lab-more summary').click();
    await page.locator('[data-act="pane"]').click();
    await seen(page, 'export KUBE_EDITOR=pane');
    await page.keyboard.type(`${deploy}\n`);
    await seen(page, 'web created');
    await page.keyboard.type('kubectl edit deployment web\n');
    const content = page.locator('pw-files .cm-content');
    await content.getByText('Please edit the object below').waitFor();
    await axe(page);
    await page.locator('pw-files [data-act="give-up"]').click();
    await seen(page, 'Edit cancelled, no changes made.');
    await page.keyboard.type('kubectl edit deployment web\n');
    await content.getByText('replicas: 1').waitFor();
    await content.getByText('replicas: 1').click();
    await page.keyboard.press('End');
    await page.keyboard.type('2');
    await page.keyboard.press('Control+s');
    await seen(page, 'deployment.apps/web edited');
    await page.keyboard.type('kubectl get deploy web -o jsonpath=replicas:{.spec.replicas}\n');
    await seen(page, 'replicas:12');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('the editor', () => {
  it('completes fields, explains them, and shows what the API server refuses', async () => {
    const { page, faults } = await open('en/labs/kubectl-sprint/');
    await enter(page);
    await page.locator('[data-tab="files"]').click();
    await page.locator('pw-files .name input').fill('my.yaml');
    await page.keyboard.press('Enter');
    const content = page.locator('pw-files .cm-content');
    await content.waitFor();
    await page.keyboard.type('apiVersion: v1\nkind: Serv');
    await page.locator('.cm-tooltip-autocomplete').getByText('Service', { exact: true }).waitFor();
    await page.waitForTimeout(150);
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('\nmetadata:\n  name: mine\nspec:\n  ');
    await page.keyboard.type('sessionA');
    await page.locator('.cm-tooltip-autocomplete').getByText('sessionAffinity').first().waitFor();
    expect(await content.textContent()).toContain('kind: Service');
    await page.waitForTimeout(150);
    await page.keyboard.press('Enter');
    await page.keyboard.press('F1');
    await page.locator('.field-help').getByText('Used to maintain session affinity').waitFor();
    await axe(page);
    await page.keyboard.type('ClientIP');
    await page.keyboard.press('Escape');
    await page.keyboard.insertText('\n  ports:\n    - port: 70000\n');
    const refused = page.locator('.cm-tooltip').getByText('must be between 1 and 65535').first();
    // What was refused before the last key is told until the server has said what it says now.
    for (let tries = 0; tries < 40 && (await refused.count()) === 0; tries++) {
      await page.keyboard.press('F8');
      await page.waitForTimeout(250);
    }
    await refused.waitFor();
    await axe(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
