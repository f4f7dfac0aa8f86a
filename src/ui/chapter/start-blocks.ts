import { openPlace } from '../session/place.ts';
import type { SessionClient } from '../../session/client.ts';
import { isLanguage, strings } from '../strings/strings.ts';
import type { PwTerminal } from '../terminal/terminal.ts';
import type { PwTopology } from '../topology/topology.ts';

/** Wires each cluster block of a page: the cluster starts when the reader asks for it. */
export function startBlocks(): void {
  for (const block of document.querySelectorAll<HTMLElement>('[data-place]')) {
    const button = block.querySelector<HTMLButtonElement>('.open')!;
    button.addEventListener('click', () => {
      button.disabled = true;
      void open(block, button);
    });
  }
}

async function open(block: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const language = isLanguage(block.dataset['language']) ? block.dataset['language'] : 'ko';
  const t = strings(language);
  const state = block.querySelector<HTMLElement>('.state')!;
  state.textContent = t('cluster.starting');
  await Promise.all([import('../terminal/terminal.ts'), import('../topology/topology.ts')]);
  const { client, lost } = await openPlace({
    name: `chapter/${block.dataset['place']}`,
    topology: 'two-nodes',
    seed: 7,
    language,
    version: 1,
  });
  client.on('fault', ({ message }) => (state.textContent = `${t('cluster.fault')} ${message}`));
  client.on('ready', () => {
    state.textContent = lost ? t('cluster.lost') : '';
    button.hidden = true;
    void show(block, client);
  });
}

async function show(block: HTMLElement, client: SessionClient): Promise<void> {
  const picture = block.querySelector<PwTopology>('.picture')!;
  const terminal = block.querySelector<PwTerminal>('.terminal')!;
  const commands = block.querySelector<HTMLElement>('.commands')!;
  picture.hidden = false;
  terminal.hidden = false;
  commands.hidden = commands.childElementCount === 0;
  picture.attach(client);
  await terminal.attach(client);
  for (const each of commands.querySelectorAll<HTMLButtonElement>('[data-command]')) {
    each.addEventListener('click', () =>
      client.send({
        type: 'input',
        input: { type: 'line', terminal: 'main', text: each.dataset['command'] ?? '' },
      }),
    );
  }
}
