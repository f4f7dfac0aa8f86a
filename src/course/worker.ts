import { createEarlyCatalogs, REST } from '../emulator/cluster/early.ts';
import { resume } from '../emulator/cluster/resume.ts';
import type { LabHooks } from '../session/driver.ts';
import { createParts } from '../session/parts.ts';
import { serveSession } from '../session/serve.ts';

type Rest = typeof import('../emulator/cluster/late.ts');
type Looks = typeof import('./worker-looks.ts');

const AGAIN_MILLIS = 2_000;

const catalogs = createEarlyCatalogs();
const parts = createParts(
  catalogs,
  () => session.arrived(),
  () => session.emit({ type: 'late', arrived: false }),
);
let rest: Rest | undefined;
let looks: Looks | undefined;

/** Code that nothing asks for before it is there. */
function there<T>(module: T | undefined): T {
  if (!module) throw new Error('the rest of the code is not loaded');
  return module;
}

/** A lab whose texts and checks are read when they are first needed. */
function lab(slug: string, language: 'ko' | 'en', seed: number): LabHooks {
  let made: LabHooks | undefined;
  const hooks = () => (made ??= there(looks).createLab(slug, language, seed));
  return {
    start: (cluster) => hooks().start(cluster),
    judging: (cluster) => hooks().judging(cluster),
    solution: (name) => hooks().solution(name),
  };
}

/** The Worker of the page: emulator, shell and judge together. */
const session = serveSession({
  boot: (topology, options) =>
    options.saved?.mark
      ? resume(catalogs, topology, options)
      : there(rest).start(catalogs, topology, options),
  lab,
  lens: () => looks?.createLens,
  code: {
    rest: () => rest !== undefined,
    whole: () => rest !== undefined && looks !== undefined && parts.whole(),
    has: (part) => (part === REST ? rest !== undefined : parts.has(part)),
    want: parts.want,
  },
});

/** Loads until it is there: a page may be without a network for a while. */
async function load<T>(loader: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await loader();
    } catch {
      session.emit({ type: 'late', arrived: false });
      await new Promise((done) => setTimeout(done, AGAIN_MILLIS));
    }
  }
}

/** What every cluster needs first, then what people do first, then, one by one, the others. */
async function loadAll(): Promise<void> {
  const looking = load(() => import('./worker-looks.ts'));
  rest = await load(() => import('../emulator/cluster/late.ts'));
  catalogs.complete(rest.rest);
  session.arrived();
  const soon = rest.rest.programs.flatMap(([folder, found]) =>
    'soon' in found && found.soon ? [folder] : [],
  );
  await parts.prefetch(soon);
  looks = await looking;
  session.arrived();
  session.emit({ type: 'late', arrived: true });
}

void loadAll();
