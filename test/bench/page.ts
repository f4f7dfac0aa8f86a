// Time from the click on a page's start button to the prompt, in a real browser.
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import type { Figure } from './figure.ts';
import type { PageSize } from './site.ts';

/** What the bench uses of the browser's driver. */
interface Driver {
  readonly chromium: {
    launch(options: { executablePath: string; args: string[] }): Promise<Browser>;
  };
}

interface Browser {
  newContext(options: object): Promise<Context>;
  close(): Promise<void>;
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Page {
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  goto(address: string, options: { waitUntil: 'networkidle' }): Promise<unknown>;
  evaluate<Value, Given>(work: (given: Given) => Promise<Value>, given: Given): Promise<Value>;
}

/** A name in a variable: the bench's own bundle must not take the driver in. */
const driver: string = 'playwright';

/** Where the page's start button and its screen are. */
const places = {
  button: '[data-place] .open, [data-act="start"]',
  screen: 'pw-terminal .xterm-rows',
};

/** Time to the prompt, each run with an empty cache. Throws where there is no browser. */
export async function promptFigure(dist: string, runs: number, page: PageSize): Promise<Figure> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('there is no Chromium here; CHROMIUM=path names one');
  const { chromium } = (await import(/* @vite-ignore */ driver)) as Driver;
  const site = await serve(dist, 0);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const samples: number[] = [];
    const everywhere = await loadedBy(browser, `${site.address}en/`);
    for (let run = 0; run < runs; run++) {
      samples.push(await clickToPrompt(browser, site.address + page.page, page, everywhere));
    }
    return { name: 'prompt after the click, in Chromium', unit: 'ms', aim: 1_000, samples };
  } finally {
    await browser.close();
    site.close();
  }
}

/** Files that a page asks for by itself; what the home page has is no part of a cluster. */
async function loadedBy(browser: Browser, address: string): Promise<readonly string[]> {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  const files: string[] = [];
  page.on('request', (request) => files.push(request.url().split('/').at(-1) ?? ''));
  await page.goto(address, { waitUntil: 'networkidle' });
  await context.close();
  return files;
}

async function clickToPrompt(
  browser: Browser,
  address: string,
  size: PageSize,
  everywhere: readonly string[],
): Promise<number> {
  const context = await browser.newContext({
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  const early: string[] = [];
  page.on('request', (request) => early.push(request.url().split('/').at(-1) ?? ''));
  await page.goto(address, { waitUntil: 'networkidle' });
  const unasked = size.lazyFiles.filter(
    (file) => early.includes(file) && !everywhere.includes(file),
  );
  if (unasked.length > 0) throw new Error(`loaded before the click: ${unasked.join(', ')}`);
  const took = await page.evaluate(waitForPrompt, places);
  await context.close();
  if (took === undefined) throw new Error(`no prompt within 30 s of the click at ${address}`);
  return took;
}

/** Runs in the page: clicks, and looks at the screen in each frame. */
function waitForPrompt(where: typeof places): Promise<number | undefined> {
  const button = document.querySelector<HTMLElement>(where.button);
  return new Promise((resolve) => {
    const from = performance.now();
    button?.click();
    const look = () => {
      const took = performance.now() - from;
      const rows = document.querySelector(where.screen);
      // A terminal outside the view does not draw.
      rows?.scrollIntoView({ block: 'center' });
      const screen = rows?.textContent ?? '';
      if (/[$#]\s*$/.test(screen.trimEnd())) resolve(took);
      else if (took > 30_000) resolve(undefined);
      else setTimeout(look, 5);
    };
    look();
  });
}
