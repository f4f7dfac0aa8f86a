// Keeps the whole course in the browser, so that it opens without a network. The build puts in the
// version and the files, each with a digest where its name has none (`scripts/offline.mjs`);
// addresses are counted from where this script lies.
//
// A version is taken in as a whole or not at all. A newer one waits until every page of the older
// is closed, or until the reader says so; nothing is ever reloaded from here.
/* global VERSION, FILES */

const base = new URL('./', self.location.href).href;
const pages = `podways-pages-${VERSION}`;
const assets = 'podways-assets';
/** Fetches that run at the same time: a page that is being read has the rest of the line. */
const LANES = 3;

/** Header of what is kept: what the file contains. */
const DIGEST = 'x-podways-digest';

const isPages = (name) => name.startsWith('podways-pages-');
const isHashed = (path) => path.startsWith('_astro/');

self.addEventListener('install', (event) => event.waitUntil(takeIn()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(base)) {
    event.respondWith(answer(request));
  }
});

/** Takes in all files that are not there. Rejects when one cannot be had: nothing changes then. */
async function takeIn() {
  const kept = await caches.open(assets);
  const fresh = await caches.open(pages);
  const older = (await caches.keys()).filter((name) => isPages(name) && name !== pages);
  const line = Object.entries(FILES);
  const lane = async () => {
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      const [path, digest] = next;
      const cache = isHashed(path) ? kept : fresh;
      if (await cache.match(base + path)) continue;
      const same = digest && (await before(older, path, digest));
      await cache.put(base + path, same || (await load(path, digest)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** The same file as an older version has it. */
async function before(names, path, digest) {
  for (const name of names) {
    const found = await (await caches.open(name)).match(base + path);
    if (found?.headers.get(DIGEST) === digest) return found;
  }
  return undefined;
}

async function load(path, digest) {
  const response = await fetch(base + path, { cache: 'no-cache' });
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  if (!digest) return response;
  const headers = new Headers(response.headers);
  headers.set(DIGEST, digest);
  return new Response(response.body, { headers });
}

/**
 * Removes the pages of older versions, and hashed files that neither this version nor the one
 * before it has: a tab that is still open on the one before may yet load a part of itself.
 */
async function takeOver() {
  const kept = await caches.open(assets);
  const note = new Request(`${base}_astro/previous.json`);
  const previous = (await (await kept.match(note))?.json()) ?? [];
  const wanted = new Set([...Object.keys(FILES), ...previous].map((path) => base + path));
  for (const request of await kept.keys()) {
    if (!wanted.has(request.url) && request.url !== note.url) await kept.delete(request);
  }
  await kept.put(note, new Response(JSON.stringify(Object.keys(FILES).filter(isHashed))));
  for (const name of await caches.keys()) {
    if (isPages(name) && name !== pages) await caches.delete(name);
  }
  await self.clients.claim();
}

/** What this version has of a request, else the network; without one, the page for "not found". */
async function answer(request) {
  const { pathname } = new URL(request.url);
  const path = pathname.slice(new URL(base).pathname.length);
  const cache = await caches.open(isHashed(path) ? assets : pages);
  const found = await cache.match(base + path);
  if (found) return found;
  if (`${path}/` in FILES) return Response.redirect(`${base}${path}/`, 301);
  try {
    return await fetch(request);
  } catch (error) {
    const lost = request.mode === 'navigate' && (await cache.match(`${base}404.html`));
    if (lost) return new Response(lost.body, { status: 404, headers: lost.headers });
    throw error;
  }
}
