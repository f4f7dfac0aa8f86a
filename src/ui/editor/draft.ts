/** A file that is open in the editor, as a page that is reloaded finds it again. */
export interface Draft {
  readonly path: string;
  /** The text as the cluster has it, as far as the editor knew. */
  readonly base: string;
  /** The editor's text, selection, and what can be undone, as `Editor.keep` gives them. */
  readonly state: unknown;
}

/** A larger file is kept in the cluster only. */
const MOST_CHARACTERS = 500_000;

/** One for each lab or chapter, in whichever language. */
const key = () => `podways-draft/${location.pathname.replace(/\/(ko|en)(?=\/)/, '')}`;

/** Writes down what is open; undefined where nothing is. */
export function keepDraft(draft: Draft | undefined): void {
  try {
    const text = draft ? JSON.stringify(draft) : '';
    if (text === '' || text.length > MOST_CHARACTERS) localStorage.removeItem(key());
    else localStorage.setItem(key(), text);
  } catch {
    // A full storage keeps less, and everything else goes on.
  }
}

/** What was open when the page was left. */
export function readDraft(): Draft | undefined {
  try {
    return (JSON.parse(localStorage.getItem(key()) ?? 'null') as Draft | null) ?? undefined;
  } catch {
    return undefined;
  }
}
