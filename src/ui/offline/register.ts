import { isLanguage } from '../strings/strings.ts';
import { allWritten } from './leaving.ts';
import { offlineTexts } from './texts.ts';

/** What is read comes first: the course is taken in when the page has been there so long. */
const QUIET_MILLIS = 2_500;
/** A tab that stays open looks for a newer version when it is looked at, at most so often. */
const LOOK_EVERY_MILLIS = 30 * 60_000;

/**
 * Keeps the course in the browser, and says when a newer version of it has been taken in. A page
 * is reloaded by its reader only.
 */
export async function registerOffline(base: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await new Promise((done) => setTimeout(done, QUIET_MILLIS));
  const { serviceWorker } = navigator;
  const registration = await serviceWorker
    .register(`${base}sw.js`, { scope: base, updateViaCache: 'none' })
    .catch(() => undefined);
  if (!registration) return;
  const look = () => {
    // The first one that is taken in is no newer version of anything.
    if (registration.waiting && serviceWorker.controller) announce(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' || Date.now() - looked < LOOK_EVERY_MILLIS) return;
    looked = Date.now();
    void registration.update().catch(() => undefined);
  });
}

/** One line, with a button; it says its words again when yet another version has come. */
function announce(worker: ServiceWorker): void {
  const { lang } = document.documentElement;
  const t = offlineTexts[isLanguage(lang) ? lang : 'ko'];
  const line = document.querySelector<HTMLElement>('.newer-version');
  const reload = line?.querySelector<HTMLButtonElement>('[data-act="reload"]');
  const later = line?.querySelector<HTMLButtonElement>('[data-act="later"]');
  if (!line || !reload || !later) return;
  line.querySelector('[role="status"]')!.textContent = t.newer;
  reload.textContent = t.reload;
  later.textContent = t.later;
  line.hidden = false;
  later.onclick = () => (line.hidden = true);
  reload.onclick = () => {
    reload.disabled = true;
    void takeOver(worker);
  };
}

/** Everything is written, the newer version answers from now on, and the page is opened by it. */
async function takeOver(worker: ServiceWorker): Promise<void> {
  await allWritten();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
  if (worker.state === 'activated') location.reload();
  else worker.postMessage('take-over');
}
