import { LitElement, html, nothing, type PropertyValues } from 'lit';
import type { SessionClient } from '../../session/client.ts';
import type { TranscriptEntry } from '../../session/protocol.ts';
import { deskTexts } from './texts.ts';

/** The commands of a session as text, one by one with what they printed: for readers and copies. */
export class PwTranscript extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    terminal: { attribute: 'terminal' },
    entries: { state: true },
  };
  declare language: 'ko' | 'en';
  declare terminal: string;
  declare entries: readonly TranscriptEntry[];
  private client: SessionClient | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.terminal = 'main';
    this.entries = [];
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session. */
  attach(client: SessionClient): void {
    this.client = client;
    client.on('view', ({ view, value }) => {
      if (view === 'transcript') this.entries = value as unknown as readonly TranscriptEntry[];
    });
    this.observe();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('terminal')) this.observe();
  }

  private observe(): void {
    const args = { terminal: this.terminal };
    this.client?.send({ type: 'observe', view: 'transcript', args });
  }

  protected override render() {
    const t = deskTexts[this.language];
    return html`<div class="log" role="log" aria-label=${t.transcript} tabindex="0">
      ${this.entries.length === 0 ? html`<p class="caption">${t.none}</p>` : nothing}
      ${this.entries.map(
        ({ prompt, command, output, exit, running }) =>
          html`<article>
            <p>
              <code><span class="prompt">${prompt}</span>${command}</code>
              <button
                type="button"
                class="button small"
                aria-label="${t.copy}: ${command}"
                @click=${() => void navigator.clipboard.writeText(command)}
              >
                ${t.copy}
              </button>
            </p>
            ${output ? html`<pre>${output}</pre>` : nothing}
            ${
              running || exit
                ? html`<p class="caption">
                    ${running ? t.running : t.exit.replace('{n}', String(exit))}
                  </p>`
                : nothing
            }
          </article>`,
      )}
    </div>`;
  }
}

customElements.define('pw-transcript', PwTranscript);
