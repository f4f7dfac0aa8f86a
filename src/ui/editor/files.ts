import { LitElement, html, nothing } from 'lit';
import type { SessionClient } from '../../session/client.ts';
import type { FilesView, PaneView } from '../../session/protocol.ts';
import { createAsker, type Asker } from './ask.ts';
import { keepDraft, readDraft, type Draft } from './draft.ts';
import { createEditor, type Editor } from './editor.ts';
import { editorTexts } from './texts.ts';
import './editor.css';

/** Names that a file may be given here; the shell allows more. */
const NAME = /^(?!\/)(?!.*\.\.)[A-Za-z0-9._/-]{1,80}$/;

/** After a pause of this length in typing what is open is written down. */
const KEEP_MILLIS = 300;

/** The files of the learner's home: a list, and an editor for the one that is open. */
export class PwFiles extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    view: { state: true },
    path: { state: true },
    dirty: { state: true },
    changed: { state: true },
    said: { state: true },
    lent: { state: true },
  };
  declare language: 'ko' | 'en';
  declare view: FilesView | undefined;
  declare path: string;
  declare dirty: boolean;
  /** Whether the file was changed elsewhere while it is being edited. */
  declare changed: boolean;
  declare said: string;
  /** A file that a command waits for. */
  declare lent: PaneView;
  private client: SessionClient | undefined;
  private asker: Asker | undefined;
  private editor: Editor | undefined;
  /** The text as the cluster has it, as far as the editor knows. */
  private base = '';
  private keeping: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.path = '';
    this.dirty = false;
    this.changed = false;
    this.said = '';
    this.lent = null;
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session: observes the files of the home. */
  attach(client: SessionClient): void {
    this.client = client;
    addEventListener('pagehide', this.keep);
    this.asker = createAsker(client);
    client.on('view', ({ view, value }) => {
      if (view === 'files') this.arrived(value as unknown as FilesView);
    });
    client.send({ type: 'observe', view: 'files' });
    void this.takeUp(readDraft());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pagehide', this.keep);
    this.editor?.destroy();
    this.editor = undefined;
  }

  private arrived(view: FilesView): void {
    this.view = view;
    if (this.lent || !view.open || view.open.path !== this.path) return;
    const text = view.open.text ?? '';
    if (text === this.base && this.editor) return;
    if (this.dirty && text !== this.editor?.text()) this.changed = true;
    else this.fill(text);
  }

  private fill(text: string): void {
    this.base = text;
    this.dirty = false;
    this.changed = false;
    this.editor?.open(text, this.path);
    this.keep();
  }

  /** Goes on with the file that was open when the page was left, written or not. */
  private async takeUp(draft: Draft | undefined): Promise<void> {
    if (!draft || this.path !== '' || !(await this.present(draft.path))) return;
    if (!this.editor?.takeUp(draft.state, draft.path)) return this.fill('');
    this.base = draft.base;
    this.dirty = this.editor.text() !== draft.base;
    this.client?.send({ type: 'observe', view: 'files', args: { path: draft.path } });
  }

  /** Writes down what is open; a file that a command has lent goes back with the command. */
  private readonly keep = (): void => {
    clearTimeout(this.keeping);
    const { path, base, editor } = this;
    keepDraft(editor && path && !this.lent ? { path, base, state: editor.keep() } : undefined);
  };

  private edited(): void {
    this.dirty = this.editor?.text() !== this.base;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(this.keep, KEEP_MILLIS);
  }

  /** Opens a file by its path from the home; one that is not there yet begins empty. */
  async open(path: string): Promise<void> {
    if (!NAME.test(path)) return void (this.said = editorTexts[this.language].bad);
    // A command waits for the file that is open: that one comes first.
    if (this.lent) return;
    if (!(await this.present(path))) return;
    this.fill('');
    this.client?.send({ type: 'observe', view: 'files', args: { path } });
    this.editor?.focus();
  }

  /** The editor is there, for a path; false where the element has gone. */
  private async present(path: string): Promise<boolean> {
    this.path = path;
    this.said = '';
    await this.updateComplete;
    const parent = this.querySelector<HTMLElement>('.edit');
    if (!parent) return false;
    this.editor ??= createEditor(parent, {
      change: () => this.edited(),
      save: () => this.save(),
      ...(this.asker && { ask: this.asker }),
      phrases: editorTexts[this.language].phrases,
    });
    return true;
  }

  /** Takes a file that a command has lent, or null when the command waits no longer. */
  async lend(lent: PaneView): Promise<void> {
    const before = this.lent;
    this.lent = lent;
    if (!lent) {
      if (before) this.shut();
      return;
    }
    if (lent.done === before?.done || !(await this.present(lent.path))) return;
    this.fill(lent.text);
    this.editor?.focus();
  }

  /** Gives the file back, changed or as it was; the command goes on. */
  private giveBack(changed: boolean): void {
    const { lent, client } = this;
    if (!lent || !client) return;
    const write = (path: string, text: string) =>
      client.send({ type: 'input', input: { type: 'write-file', path, text } });
    if (changed) write(lent.path, this.editor?.text() ?? '');
    write(lent.done, '');
    this.lent = null;
    this.shut();
  }

  private shut(): void {
    this.path = '';
    this.fill('');
    this.dispatchEvent(new CustomEvent('pw-given-back', { bubbles: true }));
  }

  private save(): void {
    if (this.lent) return this.giveBack(true);
    const text = this.editor?.text() ?? '';
    const path = `${this.view?.home ?? '/home/learner'}/${this.path}`;
    this.client?.send({ type: 'input', input: { type: 'write-file', path, text } });
    this.base = text;
    this.dirty = false;
    this.changed = false;
    this.keep();
    this.said = editorTexts[this.language].saved.replace('{path}', this.path);
  }

  private named(event: Event): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>('.name input');
    if (!input?.value) return;
    void this.open(input.value.trim());
    input.value = '';
  }

  protected override render() {
    const t = editorTexts[this.language];
    const files = this.view?.files ?? [];
    return html`<nav class="list" aria-label=${t.list}>
        ${files.length === 0 ? html`<p class="caption">${t.none}</p>` : nothing}
        <ul>
          ${files.map(
            (path) =>
              html`<li>
                <button
                  type="button"
                  aria-current=${path === this.path ? 'true' : 'false'}
                  @click=${() => this.open(path)}
                >
                  ${path}
                </button>
              </li>`,
          )}
        </ul>
        <form class="name" @submit=${(event: Event) => this.named(event)}>
          <input
            aria-label=${t.name}
            placeholder="my.yaml"
            autocapitalize="off"
            autocomplete="off"
            spellcheck="false"
          />
          <button type="submit" class="button small">${t.open}</button>
        </form>
      </nav>
      <div class="sheet">
        <div class="edit" ?hidden=${this.path === ''}></div>
        ${this.foot()}
      </div>`;
  }

  private foot() {
    const t = editorTexts[this.language];
    return html`<div class="foot">
      <p class="caption" role="status">${this.status()}</p>
      ${
        this.changed
          ? html`<button
              type="button"
              class="button small"
              @click=${() => this.fill(this.view?.open?.text ?? '')}
            >
              ${t.reload}
            </button>`
          : nothing
      }
      ${
        this.lent
          ? html`<button
              type="button"
              class="button small"
              data-act="give-up"
              @click=${() => this.giveBack(false)}
            >
              ${t.giveUp}
            </button>`
          : nothing
      }
      ${
        this.path
          ? html`<button
              type="button"
              class="button small first"
              data-act="save"
              @click=${() => this.save()}
            >
              ${this.lent ? t.giveBack : t.save}
            </button>`
          : nothing
      }
    </div>`;
  }

  private status(): string {
    const t = editorTexts[this.language];
    const keys = /\.ya?ml$/.test(this.path) ? ` ${t.keys}` : '';
    if (this.lent) return t.lent + keys;
    if (this.changed) return t.changed;
    if (this.dirty) return t.dirty + keys;
    if (this.said) return this.said;
    if (this.path === '') return t.choose;
    return t.apply.replace('{path}', `~/${this.path}`) + keys;
  }
}

customElements.define('pw-files', PwFiles);
