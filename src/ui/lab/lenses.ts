import { openLens, type LensHost, type LensName } from '../lens/lens.ts';
import type { Bench } from './run-lab.ts';

/** The closer looks of a lab: over picture and terminal, never over the text of the task. */
export function wireLenses({ root, lab, session, desk, panes }: Bench): void {
  const host = root.querySelector<HTMLElement>('.lab-lens')!;
  const buttons = [...root.querySelectorAll<HTMLButtonElement>('[data-lens]')];
  const at: LensHost = {
    ...{ host, client: session, language: lab.language, closable: true },
    terminal: () => desk.terminalId,
  };
  let opener: HTMLElement | undefined;
  const mark = (name: string) => {
    for (const each of buttons)
      each.setAttribute('aria-pressed', String(each.dataset['lens'] === name));
  };
  const open = async (name: LensName) => {
    mark(name);
    const lens = await openLens(at, name);
    root.setAttribute('data-lens-open', name);
    lens.querySelector<HTMLElement>('h2')?.focus();
    return lens;
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      opener = button;
      void open(button.dataset['lens'] as LensName);
    });
  }
  const close = () => {
    host.hidden = true;
    root.removeAttribute('data-lens-open');
    mark('');
    opener?.focus();
  };
  host.addEventListener('pw-trace', () => mark('trace'));
  host.addEventListener('pw-close', close);
  document.addEventListener('keydown', (event) => {
    const nowhere = document.activeElement === document.body;
    if (event.key === 'Escape' && !host.hidden && nowhere) close();
  });
  desk.addEventListener('pw-trace-last', () => {
    opener = desk.querySelector<HTMLElement>('[data-act="trace-last"]') ?? undefined;
    panes.show('picture');
    void open('trace').then((lens) => lens.last?.());
  });
}
