/** What has to be written before a page that is about to be reloaded may go. */
type Leaving = CustomEvent<Promise<unknown>[]>;

const NAME = 'podways-leaving';
/** A reload does not wait longer, whatever is still being written. */
const LONGEST_MILLIS = 3_000;

/** Has work done before the page reloads itself; until the returned function is called. */
export function beforeReload(work: () => Promise<unknown>): () => void {
  const listener = (event: Event) => void (event as Leaving).detail.push(work());
  document.addEventListener(NAME, listener);
  return () => document.removeEventListener(NAME, listener);
}

/** Resolves when all who asked for it have written what they keep. */
export async function allWritten(): Promise<void> {
  const detail: Promise<unknown>[] = [];
  document.dispatchEvent(new CustomEvent(NAME, { detail }));
  await Promise.race([
    Promise.allSettled(detail),
    new Promise((done) => setTimeout(done, LONGEST_MILLIS)),
  ]);
}
