// Writes the service worker of a built site: what it keeps, and a version made of all of it.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const template = new URL('../src/ui/offline/sw.js', import.meta.url);
const name = 'sw.js';

/** An Astro integration that makes the built site work without a network. */
export function offline() {
  return {
    name: 'offline',
    hooks: {
      'astro:build:done': ({ dir }) => writeServiceWorker(fileURLToPath(dir)),
    },
  };
}

/** Writes `sw.js` into a built site. */
export function writeServiceWorker(dist) {
  const code = readFileSync(template, 'utf8');
  const files = {};
  for (const file of filesOf(dist)) {
    const path = file.replace(/(^|\/)index\.html$/, '$1');
    files[path] = file.startsWith('_astro/') ? '' : digest(readFileSync(join(dist, file)));
  }
  const version = digest(code + JSON.stringify(files));
  const head = `const VERSION = '${version}';\nconst FILES = ${JSON.stringify(files)};\n`;
  writeFileSync(join(dist, name), head + code);
  return { version, files };
}

const digest = (content) => createHash('sha256').update(content).digest('hex').slice(0, 16);

/** All that a reader may come to, pages first: not what is for machines only. */
function filesOf(dist) {
  const rank = (file) => ['.html', '.js', '.css', '.svg'].findIndex((end) => file.endsWith(end));
  const order = (file) => (rank(file) < 0 ? 9 : rank(file));
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/^sitemap|^\.|(^|\/)\.|robots\.txt$/.test(file) && file !== name)
    .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
}
