import { createActor, type ActorRefFrom } from 'xstate';
import { labMachine } from '../../course/lab/machine.ts';
import type { LabView, TraceView } from '../../session/protocol.ts';
import '../checks/checks.ts';
import type { PwChecks } from '../checks/checks.ts';
import type { LastingSession } from '../session/lasting.ts';
import '../terminal/desk.ts';
import type { PwDesk } from '../terminal/desk.ts';
import '../rules/rules.ts';
import type { PwRules } from '../rules/rules.ts';
import '../topology/topology.ts';
import type { PwTopology } from '../topology/topology.ts';
import { wireActions } from './actions.ts';
import type { LabPage } from './data.ts';
import { showDone } from './done.ts';
import { openKeep, type Keep } from './keep.ts';
import { wireLenses } from './lenses.ts';
import { wirePanes, type Panes } from './panes.ts';
import { wireSteps } from './steps.ts';
import './strip.ts';
import type { PwStrip } from './strip.ts';
import { labStrings } from './texts.ts';

export type LabActor = ActorRefFrom<typeof labMachine>;

const MENTION_MILLIS = 8_000;

/** The parts of a running lab's page. */
export interface Bench {
  readonly root: HTMLElement;
  readonly lab: LabPage;
  readonly session: LastingSession;
  readonly actor: LabActor;
  readonly keep: Keep;
  readonly panes: Panes;
  readonly desk: PwDesk;
  readonly topology: PwTopology;
  readonly checks: PwChecks;
  /** Says one line under the bar, until it is dismissed or another comes. */
  say(text: string): void;
  /** Takes a line back that is still there. */
  unsay(text: string): void;
  /** Says in the bar what a button has just done; it passes by itself. */
  mention(text: string): void;
}

/** Brings the page of a lab to life, once its cluster is there. Resolves with its terminal. */
export async function runLab(
  root: HTMLElement,
  lab: LabPage,
  session: LastingSession,
): Promise<void> {
  const keep = await openKeep(lab);
  const actor = createActor(labMachine).start();
  actor.send({ type: 'start' });
  actor.send({ type: 'restored', hints: keep.hints });
  openWorkspace(root);
  const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector)!;
  const desk = find<PwDesk>('pw-desk');
  const notice = find('.lab-notice');
  const brief = find('[data-slot="brief"]');
  let passing: ReturnType<typeof setTimeout> | undefined;
  const bench: Bench = {
    ...{ root, lab, session, actor, keep, desk },
    topology: find<PwTopology>('pw-topology'),
    checks: find<PwChecks>('pw-checks'),
    panes: wirePanes(root, () => desk.focus()),
    say(text) {
      notice.hidden = false;
      find('[data-slot="notice"]').textContent = text;
    },
    unsay(text) {
      if (find('[data-slot="notice"]').textContent === text) notice.hidden = true;
    },
    mention(text) {
      brief.textContent = text;
      clearTimeout(passing);
      passing = setTimeout(() => (brief.textContent = ''), MENTION_MILLIS);
    },
  };
  wireReader(root);
  find('[data-act="dismiss"]').addEventListener('click', () => (notice.hidden = true));
  actor.send({ type: 'ready' });
  wireChecks(bench);
  wireSteps(bench);
  wireActions(bench);
  wirePicture(bench);
  wireLenses(bench);
  wireFaults(bench);
  bench.topology.attach(session);
  await desk.attach(session);
  desk.begin();
}

/** The briefing moves into the text pane, and the panes take its place. */
function openWorkspace(root: HTMLElement): void {
  root.dataset['state'] = 'running';
  const body = root.querySelector('.lab-briefing .lab-body');
  const slot = root.querySelector('[data-slot="briefing"]');
  if (body && slot) slot.replaceWith(body);
  const title = root.querySelector('h1');
  if (title) {
    title.classList.add('visually-hidden');
    root.prepend(title);
  }
  root.querySelector('.lab-briefing')?.remove();
  for (const each of root.querySelectorAll<HTMLElement>('.lab-panes, .lab-tabs')) {
    each.hidden = false;
  }
}

/** The switch for terminals that a screen reader can read; it is kept for all labs. */
function wireReader(root: HTMLElement): void {
  const button = root.querySelector<HTMLButtonElement>('[data-act="reader"]')!;
  const on = () => localStorage.getItem('podways-screen-reader') === 'on';
  const draw = () => button.setAttribute('aria-pressed', String(on()));
  button.addEventListener('click', () => {
    localStorage.setItem('podways-screen-reader', on() ? 'off' : 'on');
    document.dispatchEvent(new Event('pw-screen-reader'));
    draw();
  });
  draw();
}

/** Results of checks, hints that were opened, and what was reached. */
function wireChecks({ root, lab, session, actor, keep, checks, ...rest }: Bench): void {
  checks.texts = lab.checks;
  const counts = root.querySelectorAll('[data-slot="count"]');
  session.on('view', ({ view, value }) => {
    if (view === 'lab') actor.send({ type: 'judged', view: value as unknown as LabView });
  });
  session.on('marks', ({ marks }) => actor.send({ type: 'marks', count: marks.length }));
  session.on('time', ({ busy }) => (checks.stale = busy && checks.judgedAt > 0));
  let seen: LabView | undefined;
  actor.subscribe(({ context: { view, hints }, value }) => {
    checks.hints = hints;
    keep.keepHints(hints);
    if (!view) return;
    if (view !== seen) {
      seen = view;
      checks.results = view.checks;
      checks.judgedAt = performance.now();
      checks.asked = false;
      const passed = view.checks.filter(({ status }) => status === 'pass').length;
      for (const each of counts) each.textContent = `${passed}/${view.checks.length}`;
      keep.reached(view);
    }
    showDone({ root, lab, session, actor, keep, checks, ...rest }, value === 'passed');
  });
  checks.addEventListener('pw-hint', (event) =>
    actor.send({ type: 'hint', check: (event as CustomEvent<string>).detail }),
  );
}

/** The picture, its text, and the packet that is followed. */
function wirePicture({ root, lab, session, topology, checks, panes }: Bench): void {
  const t = labStrings(lab.language);
  const strip = root.querySelector<PwStrip>('pw-strip')!;
  const rules = root.querySelector<PwRules>('pw-rules')!;
  rules.attach(session);
  const caption = root.querySelector('[data-slot="packet"]')!;
  const shown = (trace: TraceView) => {
    strip.trace = trace;
    rules.trace = trace;
    caption.textContent = t('lastPacket', { title: trace.title });
  };
  const views = [...root.querySelectorAll<HTMLButtonElement>('[data-view]')];
  for (const button of views) {
    button.addEventListener('click', () => {
      const view = button.dataset['view'];
      topology.asText = view === 'text';
      topology.hidden = view === 'rules';
      rules.show(view === 'rules');
      for (const each of views) each.setAttribute('aria-pressed', String(each === button));
    });
  }
  session.on('view', ({ view, value }) => {
    if (view === 'trace' && value) shown(value as unknown as TraceView);
  });
  checks.addEventListener('pw-follow', (event) => {
    const trace = (event as CustomEvent<TraceView>).detail;
    if (topology.hidden) views[0]?.click();
    topology.follow(trace);
    shown(trace);
    panes.enter('picture');
  });
}

/** Our own bugs: the cluster went back a moment, or a new Worker took over. */
function wireFaults({ root, lab, session, actor, say, unsay }: Bench): void {
  const t = labStrings(lab.language);
  if (session.dropped) say(t('dropped'));
  session.on('notice', () => say(t('checkFault')));
  session.on('late', ({ arrived }) => {
    if (arrived) unsay(t('late'));
    else say(t('late'));
  });
  const restarts = root.querySelectorAll<HTMLButtonElement>('[data-restart]');
  const offer = (shown: boolean) => {
    for (const each of restarts) each.hidden = !shown;
  };
  session.on('fault', ({ message, lost, over }) => {
    actor.send({ type: 'fault', message });
    say(t(over ? 'over' : lost ? 'lost' : 'fault'));
    offer(over ?? false);
  });
  for (const each of restarts) {
    each.addEventListener('click', () => {
      offer(false);
      say(t('starting'));
      const from = each.dataset['restart'] === 'start' ? 'start' : 'save';
      session.restart(from).then(
        () => unsay(t('starting')),
        () => {
          say(t('over'));
          offer(true);
        },
      );
    });
  }
}
