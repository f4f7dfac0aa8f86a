import type { Bench } from './run-lab.ts';
import { labStrings } from './texts.ts';

/** The buttons of the bar: undo, reset (which asks when something would be lost), check, … */
export function wireActions(bench: Bench): void {
  const { root, lab, session, actor, mention, desk } = bench;
  const t = labStrings(lab.language);
  for (const each of root.querySelectorAll<HTMLElement>('[data-running]')) {
    each.removeAttribute('data-running');
  }
  const on = (act: string, work: () => void) => {
    for (const button of root.querySelectorAll(`[data-act="${act}"]`)) {
      button.addEventListener('click', work);
    }
  };
  const undo = root.querySelector<HTMLButtonElement>('[data-act="undo"]')!;
  actor.subscribe(({ context }) => (undo.disabled = !context.undoable));
  on('undo', () => {
    session.send({ type: 'rewind', to: 'undo' });
    mention(t('undone'));
    desk.focus();
  });
  on('check', () => {
    bench.checks.asked = true;
    session.send({ type: 'check' });
    bench.panes.show('checks');
    root.querySelector('#lab-checks')?.scrollIntoView({ block: 'nearest' });
  });
  wireReset(bench, on);
  wireSolutions(bench, on);
  wireEditor(bench, on);
  showMinutes(bench);
}

type On = (act: string, work: () => void) => void;

function wireReset({ root, lab, session, actor, mention, desk }: Bench, on: On): void {
  const t = labStrings(lab.language);
  const confirm = root.querySelector<HTMLElement>('[data-slot="confirm"]')!;
  let commands = 0;
  session.on('marks', ({ marks }) => {
    const resumed = marks[0]?.label === 'resumed';
    commands = marks.length - 1 + (resumed ? 1 : 0);
  });
  const reset = () => {
    confirm.hidden = true;
    session.send({ type: 'rewind', to: 'start' });
    actor.send({ type: 'reset' });
    mention(t('resetDone'));
    desk.focus();
  };
  on('reset', () => {
    if (commands === 0) return reset();
    confirm.querySelector('#lab-ask')!.textContent = t('resetAsk', { n: commands });
    confirm.hidden = false;
    confirm.querySelector<HTMLElement>('[data-act="reset-yes"]')?.focus();
  });
  on('reset-yes', reset);
  const cancel = () => {
    confirm.hidden = true;
    root.querySelector<HTMLElement>('.lab-actions [data-act="reset"]')?.focus();
  };
  on('reset-no', cancel);
  confirm.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel();
  });
}

/** A solution first takes the cluster back, then is typed before the learner's eyes. */
function wireSolutions({ root, lab, session, actor, mention, desk, panes }: Bench, on: On): void {
  const t = labStrings(lab.language);
  const dialog = root.querySelector<HTMLDialogElement>('.lab-solutions')!;
  on('solutions', () => dialog.showModal());
  for (const button of dialog.querySelectorAll<HTMLButtonElement>('[data-solution]')) {
    button.addEventListener('click', () => {
      const solution = button.dataset['solution'] ?? '';
      const title = lab.solutions.find(({ name }) => name === solution)?.title ?? '';
      dialog.close();
      session.send({ type: 'rewind', to: 'start' });
      actor.send({ type: 'reset' });
      session.send({ type: 'play-solution', solution, terminal: 'main' });
      mention(t('playing', { title: title.replace(/<[^>]+>/g, '') }));
      desk.shown = 'main';
      panes.enter('terminal');
    });
  }
}

const EDITOR = 'podways-editor';

/**
 * Where `kubectl edit` opens: in the terminal (vi), or in the pane. The shell is told by a line
 * that the learner sees.
 */
function wireEditor({ root, session, desk }: Bench, on: On): void {
  const button = root.querySelector<HTMLButtonElement>('[data-act="pane"]')!;
  const inPane = () => localStorage.getItem(EDITOR) === 'pane';
  const draw = () => button.setAttribute('aria-pressed', String(inPane()));
  const tell = () => {
    const text = inPane() ? 'export KUBE_EDITOR=pane' : 'unset KUBE_EDITOR';
    session.send({ type: 'input', input: { type: 'line', terminal: desk.terminalId, text } });
  };
  on('pane', () => {
    localStorage.setItem(EDITOR, inPane() ? 'vi' : 'pane');
    draw();
    tell();
    desk.focus();
  });
  draw();
  const off = session.on('marks', ({ marks }) => {
    // A lab that begins anew has a shell that knows nothing of the setting.
    if (inPane() && marks.length === 1 && marks[0]?.label === 'start') setTimeout(tell, 500);
    setTimeout(() => off());
  });
}

const CLOCK = 'podways-clock';

/** Minutes that the learner has spent, unless he hides them, and that the work is saved. */
function showMinutes({ root, lab, keep, session }: Bench): void {
  const t = labStrings(lab.language);
  const slot = root.querySelector('[data-slot="minutes"]')!;
  let saved = false;
  const clock = root.querySelector<HTMLButtonElement>('[data-act="clock"]')!;
  const hidden = () => localStorage.getItem(CLOCK) === 'off';
  const draw = () => {
    const minutes = t('minutes', { n: Math.max(1, Math.round(keep.seconds() / 60)) });
    const par = lab.timed ? [t('par', { n: lab.minutes })] : [];
    const time = hidden() ? [] : [minutes, ...par];
    slot.textContent = [...time, ...(saved ? [t('saved')] : [])].join(' · ');
    clock.setAttribute('aria-pressed', String(!hidden()));
  };
  clock.addEventListener('click', () => {
    localStorage.setItem(CLOCK, hidden() ? 'on' : 'off');
    draw();
  });
  session.on('saved', () => {
    saved = true;
    draw();
  });
  setInterval(draw, 15_000);
  draw();
}
