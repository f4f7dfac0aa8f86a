/** Panes of the lab: splitters, the round of F6, tabs on a phone, the drawer on a tablet. */
export interface Panes {
  /** Brings a pane to the front where only one is shown. */
  show(pane: PaneName): void;
  /** Puts the focus into a pane. */
  enter(pane: PaneName): void;
}

export type PaneName = 'text' | 'picture' | 'terminal' | 'checks';

const phone = matchMedia('(max-width: 639px)');

/** Wires the panes of a lab's page. `focusTerminal` puts the cursor into the terminal. */
export function wirePanes(root: HTMLElement, focusTerminal: () => void): Panes {
  const tabs = [...root.querySelectorAll<HTMLButtonElement>('.lab-tabs [role="tab"]')];
  const drawer = root.querySelector<HTMLButtonElement>('[data-act="drawer"]')!;
  const show = (pane: PaneName) => {
    root.dataset['pane'] = pane;
    for (const tab of tabs) {
      const on = tab.dataset['pane'] === pane;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    }
  };
  const slide = (open: boolean) => {
    root.toggleAttribute('data-drawer', open);
    drawer.setAttribute('aria-expanded', String(open));
  };
  const enter = (pane: PaneName) => {
    show(pane);
    slide(pane === 'text' || pane === 'checks');
    if (pane === 'terminal') return focusTerminal();
    root.querySelector<HTMLElement>(`#lab-${pane}`)?.focus();
  };
  drawer.addEventListener('click', () => slide(!root.hasAttribute('data-drawer')));
  root.querySelector('#lab-text')?.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key !== 'Escape' || !root.hasAttribute('data-drawer')) return;
    slide(false);
    drawer.focus();
  });
  wireTabs(tabs, show);
  wireRound(root, enter);
  for (const split of root.querySelectorAll<HTMLElement>('.lab-split')) wireSplit(root, split);
  show('terminal');
  return { show, enter };
}

function wireTabs(tabs: readonly HTMLButtonElement[], show: (pane: PaneName) => void): void {
  tabs.forEach((tab, index) => {
    const choose = (to: HTMLButtonElement | undefined) => {
      if (!to) return;
      show(to.dataset['pane'] as PaneName);
      to.focus();
    };
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      choose(tabs[(index + by + tabs.length) % tabs.length]);
    });
  });
}

/** F6 goes round the panes, Shift+F6 the other way, from wherever the focus is. */
function wireRound(root: HTMLElement, enter: (pane: PaneName) => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F6' || root.querySelector('dialog[open]')) return;
    event.preventDefault();
    const round: readonly PaneName[] = phone.matches
      ? ['text', 'picture', 'terminal', 'checks']
      : ['text', 'picture', 'terminal'];
    const here = round.findIndex((pane) =>
      root.querySelector(`#lab-${pane}`)?.contains(document.activeElement),
    );
    const by = event.shiftKey ? -1 : 1;
    const from = here < 0 && by < 0 ? 0 : here;
    enter(round[(from + by + round.length) % round.length]!);
  });
}

const STEP = 24;

/** A splitter moves by pointer and by arrow keys; where it stands is kept. */
function wireSplit(root: HTMLElement, split: HTMLElement): void {
  const wide = split.getAttribute('aria-orientation') === 'vertical';
  const name = wide ? '--lab-side' : '--lab-high';
  const key = `podways${name}`;
  const bounds = () => {
    const least = Number(split.getAttribute('aria-valuemin'));
    const room = wide ? innerWidth - 560 : innerHeight - 320;
    return [least, Math.max(least, Math.min(Number(split.getAttribute('aria-valuemax')), room))];
  };
  const set = (to: number) => {
    const [least = 0, most = 0] = bounds();
    const value = Math.round(Math.max(least, Math.min(most, to)));
    root.style.setProperty(name, `${value}px`);
    split.setAttribute('aria-valuenow', String(value));
    localStorage.setItem(key, String(value));
  };
  const now = () => Number(split.getAttribute('aria-valuenow'));
  const kept = Number(localStorage.getItem(key));
  if (kept) set(kept);
  else {
    const beside = split.previousElementSibling!.getBoundingClientRect();
    const size = Math.round(wide ? beside.width : beside.height);
    if (size > 0) split.setAttribute('aria-valuenow', String(size));
  }
  split.addEventListener('keydown', (event) => {
    const [less, more] = wide ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const [least = 0, most = 0] = bounds();
    if (event.key === less) set(now() - STEP);
    else if (event.key === more) set(now() + STEP);
    else if (event.key === 'Home') set(least);
    else if (event.key === 'End') set(most);
    else return;
    event.preventDefault();
  });
  split.addEventListener('pointerdown', (event) => {
    split.setPointerCapture(event.pointerId);
    const from = (wide ? event.clientX : event.clientY) - now();
    const move = (moved: PointerEvent) => set((wide ? moved.clientX : moved.clientY) - from);
    split.addEventListener('pointermove', move);
    const end = () => split.removeEventListener('pointermove', move);
    split.addEventListener('lostpointercapture', end, { once: true });
  });
}
