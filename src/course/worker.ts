import { createEarlyCatalogs } from '../emulator/cluster/early.ts';
import { start } from '../emulator/cluster/start.ts';
import type { LensMaker } from '../session/lens.ts';
import { serveSession } from '../session/serve.ts';
import { loadLab } from './lab/load.ts';
import { createLabRun } from './lab/run.ts';

const catalogs = createEarlyCatalogs();
let lens: LensMaker | undefined;
/** What people type, and what a page looks closer with, come right after what a prompt needs. */
const rest = Promise.all([
  import('../emulator/cluster/late.ts').then(({ late }) => catalogs.complete(late)),
  import('../session/lens.ts').then(({ createLens }) => (lens = createLens)),
]);

/** The Worker of the page: emulator, shell and judge together. */
serveSession(
  {
    boot: (topology, options) => start(catalogs, topology, options),
    lab: (slug, language, seed) => createLabRun(loadLab(slug, seed), language),
    lens: () => lens,
  },
  rest,
);
