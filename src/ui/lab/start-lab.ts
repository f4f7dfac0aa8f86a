import type { LabPage } from './data.ts';
import { filledPage, keepSeed, seedOf, seedOfDay } from './seed.ts';

/**
 * Wires the button that starts a lab. Until it is pressed nothing of the terminal, the picture or
 * the cluster is loaded; a page that is reloaded while its lab runs goes on by itself.
 */
export function startLab(): void {
  const root = document.querySelector<HTMLElement>('.lab');
  const data = document.querySelector('#lab-data')?.textContent;
  const button = root?.querySelector<HTMLButtonElement>('[data-act="start"]');
  const note = root?.querySelector<HTMLElement>('[data-slot="start"]');
  if (!root || !data || !button || !note) return;
  const lab = JSON.parse(data) as LabPage;
  wireMenu(root);
  const open = `podways-open/${lab.slug}`;
  const begin = () => {
    if (root.dataset['state'] !== 'briefing') return;
    const page = filledPage(lab, seedOf(lab));
    root.dataset['state'] = 'starting';
    button.setAttribute('aria-disabled', 'true');
    note.textContent = note.dataset['starting'] ?? '';
    const slow = setTimeout(() => (note.textContent = note.dataset['slow'] ?? ''), 4_000);
    // The cluster boots in its Worker while the page's own parts and the font are on their way.
    void document.fonts.load('15px "Podways Mono"', '$').catch(() => undefined);
    const session = import('../session/lasting.ts').then(({ openLasting }) =>
      openLasting({
        name: page.place,
        topology: lab.topology,
        seed: page.seed,
        version: lab.version,
        language: lab.language,
        lab: lab.slug,
        // The start that was made with the site is that of the lab's own seed.
        ...(page.seed === lab.seed && {
          start: `${import.meta.env.BASE_URL}labs/${lab.slug}/start.bin`,
        }),
      }),
    );
    void Promise.all([import('./run-lab.ts'), session])
      .then(([{ runLab }, opened]) => runLab(root, page, opened))
      .then(() => sessionStorage.setItem(open, 'yes'))
      .catch(() => {
        root.dataset['state'] = 'briefing';
        button.removeAttribute('aria-disabled');
        note.textContent = note.dataset['failed'] ?? '';
      })
      .finally(() => clearTimeout(slow));
  };
  button.addEventListener('click', begin);
  root.querySelector('[data-act="daily"]')?.addEventListener('click', () => {
    keepSeed(lab, seedOfDay(new Date()));
    begin();
  });
  if (sessionStorage.getItem(open)) begin();
  else if (localStorage.getItem(`podways-kept/${lab.slug}`)) {
    button.textContent = button.dataset['resume'] ?? '';
    note.textContent = note.dataset['resume'] ?? '';
  }
}

/** The menu closes by Escape and when the focus goes elsewhere; its theme button works at once. */
function wireMenu(root: HTMLElement): void {
  const menu = root.querySelector<HTMLDetailsElement>('.lab-more');
  if (!menu) return;
  const shut = () => (menu.open = false);
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    shut();
    menu.querySelector('summary')?.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!menu.contains(event.target as Node)) shut();
  });
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget as Node)) shut();
  });
  menu.querySelector('[data-act="theme"]')?.addEventListener('click', () => {
    const theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem('starlight-theme', theme);
  });
  for (const item of menu.querySelectorAll('button, a')) item.addEventListener('click', shut);
}
