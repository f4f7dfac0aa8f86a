import type { SessionClient } from '../../session/client.ts';
import type { LensHost } from '../lens/lens.ts';
import { lensNames, lensTexts } from '../lens/names.ts';
import { CLUSTER_SEED, startOf } from '../session/seed.ts';
import { isLanguage, strings } from '../strings/strings.ts';
import type { PwTerminal } from '../terminal/terminal.ts';
import type { PwTopology } from '../topology/topology.ts';

type Texts = ReturnType<typeof strings>;

/** The page's one cluster, and the block in which its terminal stands. */
interface Page {
  readonly blocks: readonly HTMLElement[];
  readonly t: Texts;
  session: Promise<SessionClient> | undefined;
  at: HTMLElement | undefined;
  /** Done when the terminal stands where it was last brought to. */
  staged: Promise<void>;
}

let wired = false;

/** Wires the terminal blocks of a page: the cluster starts when the reader asks for it. */
export function startBlocks(): void {
  if (wired) return;
  wired = true;
  const blocks = [...document.querySelectorAll<HTMLElement>('[data-place]')];
  const language = languageOf(blocks[0]);
  const page: Page = {
    blocks,
    t: strings(language),
    session: undefined,
    at: undefined,
    staged: Promise.resolve(),
  };
  for (const block of blocks) {
    block.querySelector('.open')?.addEventListener('click', () => void enter(page, block));
    for (const each of block.querySelectorAll<HTMLButtonElement>('[data-command]')) {
      each.addEventListener('click', () => void type(page, block, each));
    }
  }
}

function languageOf(block: HTMLElement | undefined): 'ko' | 'en' {
  const language = block?.dataset['language'];
  return isLanguage(language) ? language : 'ko';
}

/** Brings the terminal to a block, and the cluster up where it is not yet. */
async function enter(page: Page, block: HTMLElement): Promise<SessionClient> {
  const { t } = page;
  const say = (text: string) => {
    for (const each of page.blocks) {
      const state = each.querySelector('.state')!;
      state.textContent = each === block ? text : '';
    }
  };
  page.session ??= start(page, block, say);
  const client = await page.session;
  if (page.at !== block) {
    page.at = block;
    page.staged = stage(page, block, client);
    for (const each of page.blocks) {
      const button = each.querySelector<HTMLButtonElement>('.open')!;
      button.hidden = each === block;
      button.classList.toggle('first', false);
      button.textContent = t('cluster.here');
    }
  }
  await page.staged;
  return client;
}

async function start(
  page: Page,
  block: HTMLElement,
  say: (text: string) => void,
): Promise<SessionClient> {
  const { t } = page;
  say(t('cluster.starting'));
  for (const each of page.blocks) each.querySelector<HTMLButtonElement>('.open')!.disabled = true;
  // All that only a started cluster needs is loaded now: reading a chapter loads none of it.
  const [{ openLasting }] = await Promise.all([
    import('../session/lasting.ts'),
    import('../terminal/terminal.ts'),
    import('../topology/topology.ts'),
  ]);
  const topology = block.dataset['topology'] ?? 'two-nodes';
  const client = await openLasting({
    name: `chapter/${block.dataset['place']}`,
    topology,
    seed: CLUSTER_SEED,
    start: startOf(topology),
    language: languageOf(block),
    version: 1,
  });
  client.on('fault', ({ over }) => say(t(over ? 'cluster.fault' : 'cluster.again')));
  say(client.dropped ? t('cluster.lost') : '');
  for (const each of page.blocks) each.querySelector<HTMLButtonElement>('.open')!.disabled = false;
  for (const each of page.blocks) writeFiles(each, client);
  return client;
}

/** Files of a block that are not there yet are put into the reader's home. */
function writeFiles(block: HTMLElement, client: SessionClient): void {
  const files = JSON.parse(block.dataset['files'] ?? '{}') as Record<string, string>;
  for (const [name, text] of Object.entries(files)) {
    const path = `/home/learner/${name}`;
    client.send({ type: 'input', input: { type: 'write-file', path, text } });
  }
}

/** Picture and terminal, in this block and no other. */
async function stage(page: Page, block: HTMLElement, client: SessionClient): Promise<void> {
  for (const each of page.blocks) each.querySelector('.stage')!.replaceChildren();
  const language = languageOf(block);
  const picture = document.createElement('pw-topology') as PwTopology;
  const terminal = document.createElement('pw-terminal') as PwTerminal;
  picture.setAttribute('language', language);
  terminal.setAttribute('language', language);
  block.querySelector('.stage')!.append(terminal, picture, ...lensesOf(client, language));
  picture.attach(client);
  await terminal.attach(client);
}

/** Buttons for a closer look, and the place where it opens; a second press closes it again. */
function lensesOf(client: SessionClient, language: 'ko' | 'en'): HTMLElement[] {
  const bar = document.createElement('p');
  const host = document.createElement('div');
  bar.className = 'lens-bar';
  host.className = 'lens-host';
  host.hidden = true;
  const at: LensHost = { host, client, language, closable: true };
  const buttons = lensNames.map((name) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button small';
    button.textContent = lensTexts[language][name];
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const shown = button.getAttribute('aria-pressed') === 'true';
      if (shown) return close(button);
      mark(name);
      void import('../lens/lens.ts').then(({ openLens }) => openLens(at, name));
    });
    return button;
  });
  const mark = (name: string) =>
    buttons.forEach((each, index) =>
      each.setAttribute('aria-pressed', String(lensNames[index] === name)),
    );
  const close = (button: HTMLElement | undefined) => {
    host.hidden = true;
    mark('');
    button?.focus();
  };
  host.addEventListener('pw-trace', () => mark('trace'));
  host.addEventListener('pw-close', () =>
    close(buttons.find((each) => each.getAttribute('aria-pressed') === 'true')),
  );
  bar.append(...buttons);
  return [bar, host];
}

async function type(page: Page, block: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const client = await enter(page, block);
  const text = button.dataset['command'] ?? '';
  button.dataset['typed'] = '';
  client.send({ type: 'input', input: { type: 'line', terminal: 'main', text } });
  block.querySelector('pw-terminal')?.scrollIntoView({ block: 'nearest' });
}
