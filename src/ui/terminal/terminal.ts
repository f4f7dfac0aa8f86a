import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { LitElement, html, nothing } from 'lit';
import type { SessionClient } from '../../session/client.ts';
import { decideKey, untypeHangul } from './keys.ts';
import { onThemeChange, terminalTheme } from './theme.ts';
import { terminalTexts } from './texts.ts';
import './terminal.css';

/** Keys of the bar on a phone, and what they send. */
const bar = [
  ['↑', '\x1b[A'],
  ['↓', '\x1b[B'],
  ['-', '-'],
  ['/', '/'],
  ['|', '|'],
  ['^C', '\x03'],
] as const;

/** Whether the learner has switched the terminal's screen reader mode on. */
const readsAloud = () => localStorage.getItem('podways-screen-reader') === 'on';

/**
 * One terminal of a session. On fine pointers keys go straight into it; on coarse ones a real input
 * line stands under a display-only screen, because soft keyboards garble a terminal's text field.
 */
export class PwTerminal extends LitElement {
  static override properties = {
    terminalId: { attribute: 'terminal' },
    host: { attribute: 'host' },
    language: { attribute: 'language' },
    formMode: { state: true },
    draft: { state: true },
    control: { state: true },
  };
  declare terminalId: string;
  declare host: string;
  declare language: 'ko' | 'en';
  declare formMode: boolean;
  declare draft: string;
  /** Whether the next letter is a control key's. */
  declare control: boolean;
  /** Whether letters of the line lie in the terminal already (a completion, an older command). */
  private begun = false;
  /** Whether the focus was asked for before the terminal was there. */
  private wanted = false;
  private readonly narrow = matchMedia('(pointer: coarse), (max-width: 639px)');
  private terminal: Terminal | undefined;
  private ends: (() => void)[] = [];
  private client: SessionClient | undefined;

  constructor() {
    super();
    this.terminalId = 'main';
    this.host = 'workstation';
    this.language = 'ko';
    this.formMode = this.narrow.matches;
    this.draft = '';
    this.control = false;
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session and opens the terminal there. */
  async attach(client: SessionClient): Promise<void> {
    this.client = client;
    await this.updateComplete;
    await document.fonts.load('15px "Podways Mono"').catch(() => undefined);
    const terminal = this.make();
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    const screen = this.querySelector<HTMLElement>('.screen')!;
    terminal.open(screen);
    const fits = () => screen.clientWidth > 0 && fit.fit();
    fits();
    this.terminal = terminal;
    this.applyMode();
    const modes = () => this.applyMode();
    this.narrow.addEventListener('change', modes);
    this.ends.push(() => this.narrow.removeEventListener('change', modes));
    const { columns, rows } = { columns: terminal.cols, rows: terminal.rows };
    this.ends.push(
      client.on('screen', ({ terminal: id, data }) => {
        if (id === this.terminalId) terminal.write(data);
      }),
      onThemeChange(() => (terminal.options.theme = terminalTheme())),
    );
    const reader = () => (terminal.options.screenReaderMode = readsAloud());
    document.addEventListener('pw-screen-reader', reader);
    this.ends.push(() => document.removeEventListener('pw-screen-reader', reader));
    const observer = new ResizeObserver(fits);
    observer.observe(screen);
    this.ends.push(() => observer.disconnect());
    terminal.onResize(({ cols, rows }) =>
      client.send({
        type: 'input',
        input: { type: 'resize', terminal: this.terminalId, columns: cols, rows },
      }),
    );
    client.send({
      type: 'input',
      input: { type: 'open-terminal', terminal: this.terminalId, columns, rows, host: this.host },
    });
    if (this.wanted) this.focus();
  }

  /** Keys go into the terminal itself, or into the line below it. */
  private applyMode(): void {
    const { terminal } = this;
    if (!terminal) return;
    this.formMode = this.narrow.matches;
    terminal.options.disableStdin = this.formMode;
    terminal.options.fontSize = innerWidth < 640 ? 13 : 15;
    // In form mode the screen only shows: nobody should come to its text field by Tab.
    if (terminal.textarea) terminal.textarea.tabIndex = this.formMode ? -1 : 0;
  }

  private make(): Terminal {
    const terminal = new Terminal({
      fontFamily: getComputedStyle(this).getPropertyValue('--font-mono'),
      fontSize: innerWidth < 640 ? 13 : 15,
      lineHeight: 1.35,
      theme: terminalTheme(),
      scrollback: 5_000,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      screenReaderMode: readsAloud(),
      allowProposedApi: true,
    });
    terminal.attachCustomKeyEventHandler((event) => this.key(event));
    terminal.onData((data) => this.keys(data));
    return terminal;
  }

  private key(event: KeyboardEvent): boolean {
    const act = decideKey(event, this.terminal?.hasSelection() ?? false);
    if (act === 'terminal') return true;
    if (event.type === 'keydown' && act === 'copy') {
      void navigator.clipboard.writeText(this.terminal?.getSelection() ?? '');
      this.terminal?.clearSelection();
      event.preventDefault();
    }
    if (event.type === 'keydown' && act === 'next-pane') {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('pw-next-pane', { bubbles: true }));
    }
    // Paste comes as the browser's own paste event; Shift+Tab moves the focus by itself.
    return false;
  }

  private keys(data: string): void {
    this.client?.send({
      type: 'input',
      input: { type: 'keys', terminal: this.terminalId, data },
    });
  }

  /** Types a line and enters it, as a terminal block or a suggestion does. */
  enter(text: string): void {
    this.client?.send({ type: 'input', input: { type: 'line', terminal: this.terminalId, text } });
  }

  override focus(): void {
    this.wanted = this.terminal === undefined;
    if (this.formMode) this.querySelector('input')?.focus();
    else this.terminal?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.ends.splice(0)) end();
    this.terminal?.dispose();
  }

  private submit(event: Event): void {
    event.preventDefault();
    if (this.begun) this.keys(`${this.draft}\r`);
    else this.enter(this.draft);
    this.begun = false;
    this.draft = '';
  }

  /** Gives what is typed to the terminal, with a key that it answers: completion, history. */
  private hand(key: string): void {
    this.keys(key === '\t' ? this.draft + key : key);
    this.begun = key !== '\x03';
    this.draft = '';
  }

  private press(send: string): void {
    if (['-', '/', '|'].includes(send)) {
      this.draft += send;
      this.querySelector('input')?.focus();
    } else this.hand(send);
  }

  private typed(event: Event): void {
    const input = event.target as HTMLInputElement;
    const key = /([a-z[\]\\])$/i.exec(input.value)?.[1];
    if (!this.control || !key) return void (this.draft = input.value);
    this.control = false;
    this.keys(String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f));
    input.value = this.draft;
  }

  /** Keys of a keyboard at the command line: history, completion, and taking letters back. */
  private lineKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const key = { ArrowUp: '\x1b[A', ArrowDown: '\x1b[B' }[event.key];
    const back = event.key === 'Backspace' && this.begun && this.draft === '';
    const stop = event.ctrlKey && event.key === 'c' && !getSelection()?.toString();
    if (key) this.hand(key);
    else if (back) this.keys('\x7f');
    else if (stop) this.hand('\x03');
    else return;
    event.preventDefault();
  }

  protected override render() {
    const t = terminalTexts[this.language];
    return html`<div
        class="screen"
        role="group"
        aria-label=${t.label}
        tabindex=${this.formMode ? '0' : nothing}
      ></div>
      ${
        this.formMode
          ? this.form()
          : html`<p class="ways caption">
              <span><kbd>Tab</kbd> ${t.complete}</span>
              <span><kbd>Shift</kbd> <kbd>Tab</kbd> ${t.leave}</span>
              <span><kbd>F6</kbd> ${t.pane}</span>
            </p>`
      }`;
  }

  /** The command line with its keys, and a word when Hangul was typed where a command belongs. */
  private form() {
    const t = terminalTexts[this.language];
    const meant = untypeHangul(this.draft);
    return html`<form class="line" @submit=${(event: Event) => this.submit(event)}>
        <label class="visually-hidden" for="line-${this.terminalId}">${t.line}</label>
        <span aria-hidden="true">$</span>
        <input
          id="line-${this.terminalId}"
          autocapitalize="off"
          autocomplete="off"
          autocorrect="off"
          spellcheck="false"
          enterkeyhint="send"
          .value=${this.draft}
          @input=${(event: Event) => this.typed(event)}
          @keydown=${(event: KeyboardEvent) => this.lineKey(event)}
        />
        <button type="submit" aria-label=${t.run}>
          <svg width="26" height="20" viewBox="0 0 26 20" aria-hidden="true">
            <path
              d="M2 15h8V6h13M18 1.5 23 6l-5 4.5"
              fill="none"
              stroke="currentColor"
              stroke-width="2.2"
            />
          </svg>
        </button>
      </form>
      ${
        meant
          ? html`<p class="meant caption">
              ${t.hangul}
              <button type="button" class="button small" @click=${() => (this.draft = meant)}>
                <code>${meant}</code>
              </button>
            </p>`
          : nothing
      }
      <div class="keybar" role="group" aria-label=${t.keys}>
        <button type="button" @click=${() => this.hand('\t')}>Tab</button>
        <button
          type="button"
          aria-pressed=${this.control}
          @click=${() => {
            this.control = !this.control;
            this.querySelector('input')?.focus();
          }}
        >
          Ctrl
        </button>
        ${bar.map(
          ([name, send]) =>
            html`<button
              type="button"
              aria-label=${t.names[name] ?? nothing}
              @click=${() => this.press(send)}
            >
              ${name}
            </button>`,
        )}
      </div>`;
  }
}

customElements.define('pw-terminal', PwTerminal);
