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
  ['Tab', '\t'],
  ['↑', '\x1b[A'],
  ['↓', '\x1b[B'],
  ['-', '-'],
  ['/', '/'],
  ['|', '|'],
  ['^C', '\x03'],
] as const;

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
  };
  declare terminalId: string;
  declare host: string;
  declare language: 'ko' | 'en';
  declare formMode: boolean;
  declare draft: string;
  private terminal: Terminal | undefined;
  private ends: (() => void)[] = [];
  private client: SessionClient | undefined;

  constructor() {
    super();
    this.terminalId = 'main';
    this.host = 'workstation';
    this.language = 'ko';
    this.formMode = matchMedia('(pointer: coarse)').matches;
    this.draft = '';
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
    fit.fit();
    this.terminal = terminal;
    const { columns, rows } = { columns: terminal.cols, rows: terminal.rows };
    this.ends.push(
      client.on('screen', ({ terminal: id, data }) => {
        if (id === this.terminalId) terminal.write(data);
      }),
      onThemeChange(() => (terminal.options.theme = terminalTheme())),
    );
    const observer = new ResizeObserver(() => fit.fit());
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
  }

  private make(): Terminal {
    const coarse = this.formMode;
    const terminal = new Terminal({
      fontFamily: getComputedStyle(this).getPropertyValue('--font-mono'),
      fontSize: innerWidth < 640 ? 13 : 15,
      lineHeight: 1.35,
      theme: terminalTheme(),
      scrollback: 5_000,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      disableStdin: coarse,
      screenReaderMode: localStorage.getItem('podways-screen-reader') === 'on',
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
    this.enter(this.draft);
    this.draft = '';
  }

  private press(send: string): void {
    if (['-', '/', '|'].includes(send)) {
      this.draft += send;
      this.querySelector('input')?.focus();
    } else this.keys(send);
  }

  protected override render() {
    const t = terminalTexts[this.language];
    const meant = untypeHangul(this.draft);
    return html`<div class="screen" role="group" aria-label=${t.label}></div>
      ${
        this.formMode
          ? html`<form class="line" @submit=${(event: Event) => this.submit(event)}>
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
                  @input=${(event: Event) =>
                    (this.draft = (event.target as HTMLInputElement).value)}
                />
                <button type="submit" aria-label=${t.run}>⏎</button>
              </form>
              ${
                meant
                  ? html`<p class="caption">
                      ${t.hangul}
                      <button
                        type="button"
                        class="button small"
                        @click=${() => (this.draft = meant)}
                      >
                        <code>${meant}</code>
                      </button>
                    </p>`
                  : nothing
              }
              <div class="keybar" role="toolbar" aria-label=${t.keys}>
                ${bar.map(
                  ([name, send]) =>
                    html`<button type="button" @click=${() => this.press(send)}>${name}</button>`,
                )}
              </div>`
          : html`<p class="ways caption">
              <span><kbd>Tab</kbd> ${t.complete}</span>
              <span><kbd>Shift</kbd> <kbd>Tab</kbd> ${t.leave}</span>
              <span><kbd>F6</kbd> ${t.pane}</span>
            </p>`
      }`;
  }
}

customElements.define('pw-terminal', PwTerminal);
