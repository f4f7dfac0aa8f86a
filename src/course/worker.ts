import { boot } from '../emulator/cluster/boot.ts';
import { serveSession } from '../session/serve.ts';
import { loadLab } from './lab/load.ts';
import { createLabRun } from './lab/run.ts';

/** The Worker of the page: emulator, shell and judge together. */
serveSession({ boot, lab: (slug, language) => createLabRun(loadLab(slug), language) });
