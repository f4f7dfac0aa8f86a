import { LitElement, html, nothing } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { ChainsAnswer, ModeView, SpreadAnswer, Supposed } from '../../session/chains/api.ts';
import type { SessionClient } from '../../session/client.ts';
import type { TopologyView } from '../../session/protocol.ts';
import { glyphSvg } from '../glyph/glyphs.ts';
import { createAsk, type Ask } from '../session/ask.ts';
import type { Language } from '../strings/strings.ts';
import { senders } from '../trace/form.ts';
import { askToClose, headTools } from '../lens/head.ts';
import { modeColumn } from './mode.ts';
import { chainsStrings, type ChainsStrings } from './texts.ts';
import './chains.css';

const MANY = 300;
/** Rules are read again when the cluster has changed; more often would only flicker. */
const AGAIN_MILLIS = 1_500;

/**
 * One Service as each mode of kube-proxy writes it, side by side: rules with counters, the chances
 * of each endpoint, and the way that a packet takes through them.
 */
export class PwChains extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    closable: { type: Boolean },
    answer: { state: true },
    sent: { state: true },
    view: { state: true },
    asText: { state: true },
    mode: { state: true },
    from: { state: true },
    suppose: { state: true },
    note: { state: true },
    width: { state: true },
  };
  declare language: Language;
  declare closable: boolean;
  declare answer: ChainsAnswer | undefined;
  declare sent: SpreadAnswer | undefined;
  declare view: TopologyView | undefined;
  declare asText: boolean;
  declare mode: string;
  declare from: string;
  declare suppose: Supposed;
  declare note: string;
  declare width: number;
  private ask: Ask | undefined;
  private observer: ResizeObserver | undefined;
  private wanted: { service?: string; port?: string; node?: string } = {};
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.closable = false;
    this.asText = false;
    this.mode = 'iptables';
    this.from = '';
    this.suppose = {};
    this.note = '';
    this.width = 900;
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session and reads the rules of its first Service. */
  attach(client: SessionClient): void {
    this.ask = createAsk(client);
    client.on('view', ({ view, value }) => {
      if (view !== 'topology') return;
      this.view = value as unknown as TopologyView;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.read(), AGAIN_MILLIS);
    });
    client.send({ type: 'observe', view: 'topology' });
    void this.read();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => (this.width = entry!.contentRect.width));
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    clearTimeout(this.timer);
  }

  /** Reads the rules anew when it comes to the front. */
  shown(): void {
    void this.read();
  }

  private async read(): Promise<void> {
    if (!this.ask || this.hidden) return;
    const request = { ...this.wanted, suppose: this.suppose };
    this.answer = await this.ask<ChainsAnswer>({ about: 'chains', request });
  }

  private want(part: PwChains['wanted']): void {
    this.wanted = { ...this.wanted, ...part };
    this.sent = undefined;
    this.suppose = {};
    void this.read();
  }

  private supposed(part: Supposed): void {
    this.suppose = { ...this.suppose, ...part };
    this.sent = undefined;
    void this.read();
  }

  private sender(): string {
    const all = senders(this.view);
    const near = all.find(({ value }) => !value.startsWith('node/'));
    return this.from || near?.value || all[0]?.value || '';
  }

  private async send(times: number): Promise<void> {
    const t = chainsStrings(this.language);
    this.note = t('working');
    this.suppose = {};
    await this.read();
    const { address, port = '' } = this.answer ?? {};
    if (!this.ask || !address) return;
    const [number = '', protocol] = port.split('/');
    this.turn += 1;
    const request = {
      ...{ from: this.sender(), to: address, port: Number(number), times, turn: this.turn },
      protocol: protocol === 'UDP' ? ('UDP' as const) : ('TCP' as const),
    };
    this.sent = await this.ask<SpreadAnswer>({ about: 'spread', request });
    this.note = this.told(t);
  }

  /** What became of the packets, in words. */
  private told(t: ChainsStrings): string {
    const { sent } = this;
    const active = this.answer?.modes.find((each) => each.active);
    if (!sent) return '';
    if (sent.sent > 1) {
      const parts = Object.entries(sent.reached).map(([to, n]) => `${to || '×'} ${n}`);
      return `${t('spread', { n: sent.sent })}: ${parts.join(' · ')}`;
    }
    const at = active?.choices.findIndex(({ endpoint }) => endpoint === sent.lastReached) ?? -1;
    if (!sent.lastReached) return t('notReached');
    const { lastReached: endpoint } = sent;
    return at > 0 ? t('walked', { n: at, endpoint }) : t('walkedFirst', { endpoint });
  }

  private trace(): void {
    const { address, port = '' } = this.answer ?? {};
    const [number = '80', protocol = 'TCP'] = port.split('/');
    const detail = { from: this.sender(), to: address, port: Number(number), protocol };
    this.dispatchEvent(new CustomEvent('pw-trace', { bubbles: true, detail }));
  }

  private keydown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.closable) return;
    event.stopPropagation();
    askToClose(this);
  }

  protected override render() {
    const t = chainsStrings(this.language);
    const { answer } = this;
    return html`<div class="chains" @keydown=${(event: KeyboardEvent) => this.keydown(event)}>
      <header class="top">
        <h2 tabindex="-1">${t('title')}</h2>
        ${headTools(this, t)}
      </header>
      ${answer ? this.form(answer, t) : nothing}
      <p class="note" role="status">${this.note}</p>
      ${answer ? this.body(answer, t) : html`<div class="wait" aria-busy="true"></div>`}
    </div>`;
  }

  private form(answer: ChainsAnswer, t: ChainsStrings) {
    const { services, nodes, service, port, node } = answer;
    const ports = services.find((each) => each.service === service)?.ports ?? [];
    const pods = senders(this.view);
    return html`<form
      class="ask"
      aria-label=${t('form')}
      @submit=${(e: Event) => e.preventDefault()}
    >
      ${choice(
        t('service'),
        services.map((each) => each.service),
        service,
        (to) => this.want({ service: to }),
      )}
      ${choice(t('port'), ports, port, (to) => this.want({ port: to }))}
      ${choice(t('node'), nodes, node, (to) => this.want({ node: to }))}
      ${choice(
        t('from'),
        pods.map(({ value }) => value),
        this.sender(),
        (to) => (this.from = to),
      )}
      <button type="button" class="button small" @click=${() => void this.send(MANY)}>
        ${t('many', { n: MANY })}
      </button>
      <button type="button" class="button small first" @click=${() => void this.send(1)}>
        ${t('one')}
      </button>
    </form>`;
  }

  private body(answer: ChainsAnswer, t: ChainsStrings) {
    if (!answer.service) return html`<p>${t('none')}</p>`;
    if (this.asText) return this.twin(answer, t);
    const { modes } = answer;
    const narrow = this.width < 820;
    const shown = narrow ? modes.filter(({ mode }) => mode === this.mode) : modes;
    return html`<p class="caption lead">
        ${answer.supposed ? t('supposed') : t('lead', { node: answer.node })}
      </p>
      ${narrow && modes.length > 1 ? this.tabs(modes, t) : nothing}
      <div class="columns" data-count=${shown.length}>
        ${shown.map((view) => modeColumn(view, this.sent, t))}
      </div>
      ${this.sent?.lastReached ? this.arrival(this.sent, t) : nothing} ${this.whatIf(answer, t)}`;
  }

  private tabs(modes: readonly ModeView[], t: ChainsStrings) {
    return html`<div class="tabs" role="group" aria-label=${t('modes')}>
      ${modes.map(
        ({ mode }) =>
          html`<button
            type="button"
            aria-pressed=${mode === this.mode}
            @click=${() => (this.mode = mode)}
          >
            ${mode}
          </button>`,
      )}
    </div>`;
  }

  private arrival({ lastReached }: SpreadAnswer, t: ChainsStrings) {
    return html`<p class="arrival">
      ${unsafeSVG(glyphSvg('jog', 24))} <code>${lastReached}</code>
      <span class="ok">${unsafeSVG(glyphSvg('delivered', 20))}</span>
      <button type="button" class="button small" @click=${() => this.trace()}>${t('trace')}</button>
    </p>`;
  }

  private whatIf({ endpoints = [], supposed }: ChainsAnswer, t: ChainsStrings) {
    const { without = [], affinity = false, local = false } = this.suppose;
    const flip = (text: string) =>
      without.includes(text) ? without.filter((each) => each !== text) : [...without, text];
    const box = (name: unknown, on: boolean, set: () => void) =>
      html`<label><input type="checkbox" .checked=${on} @change=${set} /> ${name}</label>`;
    return html`<fieldset class="suppose">
      <legend>${t('suppose')}</legend>
      ${endpoints.map((text) =>
        box(html`<code>${text}</code> ${t('without')}`, without.includes(text), () =>
          this.supposed({ without: flip(text) }),
        ),
      )}
      ${box(t('affinityOn'), affinity, () => this.supposed({ affinity: !affinity }))}
      ${box(t('localOn'), local, () => this.supposed({ local: !local }))}
      <button
        type="button"
        class="button small"
        @click=${() => this.supposed({ without: [...endpoints] })}
      >
        ${t('zero')}
      </button>
      <button
        type="button"
        class="button small"
        ?disabled=${!supposed}
        @click=${() => this.supposed({ without: [], affinity: false, local: false })}
      >
        ${t('reset')}
      </button>
    </fieldset>`;
  }

  private twin({ modes }: ChainsAnswer, t: ChainsStrings) {
    return html`<div class="twin">
      ${modes.map(
        (view) =>
          html`<h3>${view.mode}</h3>
            <p class="caption">${t(view.active ? 'active' : 'computed')}</p>
            ${
              view.choices.length > 0
                ? html`<ol>
                    ${view.choices.map(
                      ({ endpoint, arrives, all, by }) =>
                        html`<li>
                          <code>${endpoint}</code>: ${t('arrives')} ${(arrives * 100).toFixed(1)} %,
                          ${t('all')} ${(all * 100).toFixed(1)} % <code>${by}</code>
                        </li>`,
                    )}
                  </ol>`
                : nothing
            }
            <p class="caption">${t('lines')}</p>
            <pre
              tabindex="0"
              aria-label="${view.mode}: ${t('lines')}"
            ><code>${view.lines.join('\n')}</code></pre>`,
      )}
    </div>`;
  }
}

function choice(
  name: string,
  values: readonly string[],
  chosen: string | undefined,
  set: (value: string) => void,
) {
  return html`<label>
    <span>${name}</span>
    <select @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
      ${values.map(
        (value) =>
          html`<option value=${value} ?selected=${value === chosen}>
            ${value.replace(/^(default|node)\//, '')}
          </option>`,
      )}
    </select>
  </label>`;
}

customElements.define('pw-chains', PwChains);
