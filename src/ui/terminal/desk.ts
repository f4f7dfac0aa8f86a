import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { SessionClient } from '../../session/client.ts';
import type { PaneView, TerminalsView } from '../../session/protocol.ts';
import type { PwTerminal } from './terminal.ts';
import { deskTexts } from './texts.ts';
import './terminal.ts';
import './transcript.ts';
import './desk.css';

/** Terminals that one desk may hold. */
const MOST = 6;

/** Where a tab keeps which part of a desk is shown. */
const SHOWN = 'podways-shown';

/** What a pane of the desk does when it is shown for the first time. */
interface Attachable extends HTMLElement {
  attach(client: SessionClient): void | Promise<void>;
}

/** The files' pane, once it is loaded. */
interface Lender extends HTMLElement {
  lend?(lent: PaneView): Promise<void>;
}

/**
 * The learner's desk: terminals side by side as tabs, the files of the home, and the transcript of
 * what was run. The editor is loaded when it is opened.
 */
export class PwDesk extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    terminals: { state: true },
    shown: { state: true },
  };
  declare language: 'ko' | 'en';
  declare terminals: readonly string[];
  /** A terminal's id, `files` or `transcript`. */
  declare shown: string;
  private client: SessionClient | undefined;
  /** What was shown when the page was left. */
  private kept: string | null = null;
  /** The terminal that was shown last. */
  private last = 'main';
  /** Terminals that were closed here, until the session no longer names them. */
  private readonly closed = new Set<string>();
  private readonly attached = new WeakSet<Element>();

  constructor() {
    super();
    this.language = 'ko';
    this.terminals = ['main'];
    this.shown = 'main';
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session; opens its first terminal, and those that a save brings back. */
  async attach(client: SessionClient): Promise<void> {
    this.kept = sessionStorage.getItem(SHOWN + location.pathname);
    this.client = client;
    client.on('view', ({ view, value }) => {
      if (view === 'pane') void this.lend(value as unknown as PaneView);
      if (view !== 'terminals') return;
      const named = (value as unknown as TerminalsView).map(({ id }) => id);
      for (const id of this.closed) if (!named.includes(id)) this.closed.delete(id);
      const there = named.filter((id) => !this.closed.has(id));
      this.terminals = [...new Set([...this.terminals, ...there])].slice(0, MOST);
    });
    client.send({ type: 'observe', view: 'terminals' });
    client.send({ type: 'observe', view: 'pane' });
    this.addEventListener('pw-given-back', () => this.focus());
    this.requestUpdate();
    await this.updateComplete;
    await this.wire();
  }

  /** The terminal that is shown, or was shown last. */
  get terminalId(): string {
    if (this.terminals.includes(this.shown)) this.last = this.shown;
    return this.last;
  }

  /** Shows what was shown when the page was left: the terminal, unless it was something else. */
  begin(): void {
    const { kept } = this;
    if (kept === 'files' || kept === 'transcript') void this.show(kept);
    else this.focus();
  }

  /** Puts the cursor into the terminal, brought to the front if it is not. */
  override focus(): void {
    this.shown = this.terminalId;
    void this.updateComplete.then(() => this.terminal()?.focus());
  }

  private terminal(): PwTerminal | null {
    return this.querySelector<PwTerminal>(`pw-terminal[terminal="${this.terminalId}"]`);
  }

  protected override updated(): void {
    if (this.client) sessionStorage.setItem(SHOWN + location.pathname, this.shown);
    void this.wire();
  }

  /** Connects panes that have come since. */
  private async wire(): Promise<void> {
    const { client } = this;
    if (!client) return;
    const panes = this.querySelectorAll<Attachable>('pw-terminal, pw-files, pw-transcript');
    for (const pane of panes) {
      if (this.attached.has(pane) || typeof pane.attach !== 'function') continue;
      this.attached.add(pane);
      await pane.attach(client);
    }
  }

  private add(): void {
    const numbers = this.terminals.map((id) => Number(/^t(\d+)$/.exec(id)?.[1] ?? 1));
    const id = `t${Math.max(...numbers) + 1}`;
    this.terminals = [...this.terminals, id];
    this.shown = id;
    this.focus();
  }

  /** Hangs up a terminal that was opened beside the first; the one before it is shown. */
  private shut(id: string): void {
    const at = this.terminals.indexOf(id);
    this.closed.add(id);
    this.terminals = this.terminals.filter((each) => each !== id);
    this.last = this.terminals[at - 1] ?? 'main';
    this.client?.send({ type: 'input', input: { type: 'close-terminal', terminal: id } });
    this.shown = this.last;
    this.focus();
  }

  /** A command has lent a file to the editor, or waits for it no longer. */
  private async lend(lent: PaneView): Promise<void> {
    if (lent) await this.show('files');
    await this.updateComplete;
    await this.querySelector<Lender>('pw-files')?.lend?.(lent);
  }

  private async show(what: string): Promise<void> {
    this.shown = what;
    if (this.terminals.includes(what)) this.focus();
    if (what !== 'files') return;
    await import('../editor/files.ts');
    await this.wire();
  }

  private end(id: string, name: string) {
    const label = deskTexts[this.language].shut.replace('{name}', name);
    return html`<button
      type="button"
      class="shut"
      aria-label=${label}
      title=${label}
      @click=${() => this.shut(id)}
    >
      ×
    </button>`;
  }

  protected override render() {
    const t = deskTexts[this.language];
    const tab = (id: string, name: string) =>
      html`<button
        type="button"
        aria-pressed=${this.shown === id}
        data-tab=${id}
        @click=${() => this.show(id)}
      >
        ${name}
      </button>`;
    return html`<div class="desk-heads" role="group" aria-label=${t.desk}>
        ${this.terminals.map((id) => {
          const name = id === 'main' ? 'workstation' : `workstation ${id.slice(1)}`;
          const shuts = id !== 'main' && id === this.shown;
          return html`${tab(id, name)}${shuts ? this.end(id, name) : nothing}`;
        })}
        ${
          this.terminals.length < MOST
            ? html`<button
                type="button"
                class="more"
                aria-label=${t.more}
                title=${t.more}
                @click=${() => this.add()}
              >
                +
              </button>`
            : nothing
        }
        <span class="gap"></span>
        <button
          type="button"
          data-act="trace-last"
          @click=${() => this.dispatchEvent(new Event('pw-trace-last', { bubbles: true }))}
        >
          ${t.trace}
        </button>
        ${tab('files', t.files)} ${tab('transcript', t.transcript)}
      </div>
      ${
        this.client
          ? repeat(
              this.terminals,
              (id) => id,
              (id) =>
                html`<pw-terminal
                  terminal=${id}
                  language=${this.language}
                  ?hidden=${this.shown !== id}
                ></pw-terminal>`,
            )
          : nothing
      }
      ${
        this.client
          ? html`<pw-files language=${this.language} ?hidden=${this.shown !== 'files'}></pw-files>
              <pw-transcript
                language=${this.language}
                terminal=${this.terminalId}
                ?hidden=${this.shown !== 'transcript'}
              ></pw-transcript>`
          : nothing
      }`;
  }
}

customElements.define('pw-desk', PwDesk);
