import { createEarlyCatalogs } from '../emulator/cluster/early.ts';
import { start } from '../emulator/cluster/start.ts';
import { serveSession } from '../session/serve.ts';
import { loadLab } from './lab/load.ts';
import { createLabRun } from './lab/run.ts';

const catalogs = createEarlyCatalogs();
/** What people type comes right after what a prompt needs. */
const rest = import('../emulator/cluster/late.ts').then(({ late }) => catalogs.complete(late));

/** The Worker of the page: emulator, shell and judge together. */
serveSession(
  {
    boot: (topology, options) => start(catalogs, topology, options),
    lab: (slug, language, seed) => createLabRun(loadLab(slug, seed), language),
  },
  rest,
);
