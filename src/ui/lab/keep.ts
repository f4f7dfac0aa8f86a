import { loadSession, saveSession, updateLab } from '../../course/progress/store.ts';
import type { LabView } from '../../session/protocol.ts';
import type { LabPage } from './data.ts';

/** What a page keeps of a lab besides its cluster: hints that were opened, and time spent. */
export interface Keep {
  readonly hints: Readonly<Record<string, number>>;
  /** Seconds spent with the lab on the screen. */
  seconds(): number;
  keepHints(hints: Readonly<Record<string, number>>): void;
  /** Writes what was reached into the learner's progress. What was passed once stays passed. */
  reached(view: LabView): void;
}

interface Kept {
  readonly version: number;
  readonly hints: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const TICK_MILLIS = 5_000;

/** Reads what was kept of a lab; of another version of its checks nothing is taken over. */
export async function openKeep(lab: LabPage): Promise<Keep> {
  const place = `${lab.place}/page`;
  const stored = (await loadSession(place)) as Kept | undefined;
  let kept: Kept =
    stored?.version === lab.version ? stored : { version: lab.version, hints: {}, seconds: 0 };
  let told = '';
  const save = () => void saveSession(place, kept);
  const used = () => Object.values(kept.hints).reduce((sum, each) => sum + each, 0);
  setInterval(() => {
    if (document.visibilityState === 'hidden') return;
    kept = { ...kept, seconds: kept.seconds + TICK_MILLIS / 1000 };
    save();
  }, TICK_MILLIS);
  localStorage.setItem(`podways-kept/${lab.slug}`, 'yes');
  return {
    hints: kept.hints,
    seconds: () => kept.seconds,
    keepHints(hints) {
      if (hints === kept.hints) return;
      kept = { ...kept, hints };
      save();
    },
    reached(view) {
      const steps = view.steps.filter(({ passed }) => passed).map(({ slug }) => slug);
      const now = JSON.stringify([steps, view.passed, used()]);
      if (now === told) return;
      told = now;
      void updateLab(lab.slug, (before) => {
        const same = before?.version === lab.version ? before : undefined;
        const passed = same?.passed === true || view.passed;
        return {
          version: lab.version,
          steps: [...new Set([...(same?.steps ?? []), ...steps])],
          passed,
          ...(passed && { passedAt: same?.passedAt ?? new Date().toISOString() }),
          hints: Math.max(same?.hints ?? 0, used()),
          seconds: same?.passed ? (same.seconds ?? 0) : kept.seconds,
        };
      });
    },
  };
}
