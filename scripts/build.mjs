// `npm run build`: builds the site into dist/, always.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './site.mjs';

await buildSite(join(dirname(fileURLToPath(import.meta.url)), '..'), { force: true });
