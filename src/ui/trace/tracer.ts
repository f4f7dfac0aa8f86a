import { LitElement, html, nothing, svg } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { SessionClient } from '../../session/client.ts';
import type { TopologyView } from '../../session/protocol.ts';
import type { PacketHop, PacketTrace, TraceRequest } from '../../session/trace/api.ts';
import { glyphOfEnding, glyphSvg } from '../glyph/glyphs.ts';
import { createAsk, type Ask } from '../session/ask.ts';
import { strings, type Language, type StringName } from '../strings/strings.ts';
import { askToClose, headTools } from '../lens/head.ts';
import { hopDetail } from './detail.ts';
import { senders, type TracerForm } from './form.ts';
import { formView, twinView, wayView } from './parts.ts';
import { tracerStrings } from './texts.ts';
import { placeOf, sentenceOf } from './words.ts';
import '../way/way.css';
import './tracer.css';

const HOP_MILLIS = 700;
/** With reduced motion the packet stands, and moves as cuts. */
const CUT_MILLIS = 2_000;
const speeds = [0.5, 1, 2] as const;

const icons = {
  first: 'M5 4v12M16 4l-8 6 8 6z',
  play: 'M5 3.5v13l11-6.5z',
  pause: 'M6 4v12M14 4v12',
  next: 'M15 4v12M4 4l8 6-8 6z',
} as const;

/**
 * Follows any packet hop by hop over a copy of the cluster: the line, the table of hops, headers
 * before and after, the rule that decided. Arrow keys move; "as text" says the same as a list.
 */
export class PwTracer extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    closable: { type: Boolean },
    view: { state: true },
    trace: { state: true },
    way: { state: true },
    hop: { state: true },
    asText: { state: true },
    playing: { state: true },
    speed: { state: true },
    note: { state: true },
    form: { state: true },
    width: { state: true },
  };
  declare language: Language;
  declare closable: boolean;
  declare view: TopologyView | undefined;
  declare trace: PacketTrace | undefined;
  declare way: 'out' | 'back';
  declare hop: number;
  declare asText: boolean;
  declare playing: boolean;
  declare speed: number;
  declare note: string;
  declare form: TracerForm;
  declare width: number;
  /** The terminal whose last command can be traced. */
  terminal: () => string = () => 'main';
  private ask: Ask | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private observer: ResizeObserver | undefined;
  private turn = 0;
  private wanted = false;

  constructor() {
    super();
    this.language = 'ko';
    this.closable = false;
    this.way = 'out';
    this.hop = 0;
    this.asText = false;
    this.playing = false;
    this.speed = 1;
    this.note = '';
    this.width = 640;
    this.form = { from: '', to: '', port: '80', protocol: 'TCP' };
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session. */
  attach(client: SessionClient): void {
    this.ask = createAsk(client);
    client.on('view', ({ view, value }) => {
      if (view !== 'topology') return;
      this.view = value as unknown as TopologyView;
      if (this.wanted) this.submit();
    });
    client.send({ type: 'observe', view: 'topology' });
  }

  /** Sends a packet over a copy and shows its way from the start. */
  async follow(request: TraceRequest): Promise<void> {
    const t = tracerStrings(this.language);
    const { from, to, port, protocol } = request;
    this.form = { from, to, port: String(port), protocol };
    this.note = t('working');
    const trace = await this.ask?.<PacketTrace>({ about: 'trace', request });
    if (!trace) return;
    this.note = trace.problem ? t(trace.problem === 'busy' ? 'busy' : 'noSource') : '';
    this.trace = trace.problem ? undefined : trace;
    this.way = 'out';
    this.hop = 0;
    this.play();
    await this.updateComplete;
    // In a narrow place the form folds up, and with it the button that had the focus.
    if (document.activeElement !== document.body) return;
    this.querySelector<HTMLElement>('.hops [aria-current] button')?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => {
      this.width = Math.max(300, Math.floor(entry!.contentRect.width));
    });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    clearTimeout(this.timer);
  }

  private hops(): readonly PacketHop[] {
    return this.trace?.hops.filter(({ way }) => way === this.way) ?? [];
  }

  private play(): void {
    clearTimeout(this.timer);
    if (this.hop >= this.hops().length - 1) this.hop = 0;
    this.playing = this.hops().length > 1;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const tick = () => {
      if (!this.playing) return;
      this.hop += 1;
      if (this.hop >= this.hops().length - 1) this.playing = false;
      else this.timer = setTimeout(tick, pace());
    };
    const pace = () => (still ? CUT_MILLIS : HOP_MILLIS) / this.speed;
    if (this.playing) this.timer = setTimeout(tick, pace());
  }

  private stopPlaying(): void {
    clearTimeout(this.timer);
    this.playing = false;
  }

  private to(hop: number): void {
    this.stopPlaying();
    this.hop = Math.max(0, Math.min(this.hops().length - 1, hop));
  }

  private turnTo(way: 'out' | 'back'): void {
    this.way = way;
    this.to(0);
  }

  private keydown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.closable) {
      event.stopPropagation();
      askToClose(this);
    }
    const target = event.target as HTMLElement;
    if (/^(INPUT|SELECT)$/.test(target.tagName) || !this.trace) return;
    const moves: Record<string, number> = {
      ArrowRight: this.hop + 1,
      ArrowLeft: this.hop - 1,
      ...(target.closest('.hops') && { ArrowDown: this.hop + 1, ArrowUp: this.hop - 1 }),
      Home: 0,
      End: this.hops().length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.to(to);
    if (!target.closest('.hops')) return;
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>('.hops [aria-current] button')?.focus(),
    );
  }

  private close(): void {
    this.stopPlaying();
    askToClose(this);
  }

  private submit(): void {
    const { form } = this;
    if (!form.to.trim()) return;
    const from = form.from || senders(this.view)[0]?.value;
    // Who can send is not known yet: it goes out as soon as it is.
    this.wanted = !from;
    if (!from) return;
    const port = form.protocol === 'ICMP' ? 0 : Number(form.port);
    this.turn += 1;
    void this.follow({ from, to: form.to.trim(), port, protocol: form.protocol, turn: this.turn });
  }

  /** Follows what the last command of the terminal was aimed at. */
  async last(): Promise<void> {
    const aim = await this.ask?.<TraceRequest | null>({ about: 'aim', terminal: this.terminal() });
    if (aim) await this.follow(aim);
    else this.note = tracerStrings(this.language)('noLast');
  }

  protected override render() {
    const t = tracerStrings(this.language);
    return html`<div
      class="tracer"
      data-narrow=${this.width < 760}
      @keydown=${(event: KeyboardEvent) => this.keydown(event)}
    >
      <header>
        <h2 tabindex="-1">${t('title')}</h2>
        ${this.trace ? this.verdict(this.trace) : nothing} ${headTools(this, t)}
      </header>
      ${this.folded()}
      <p class="note" role="status">${this.note}</p>
      ${this.trace ? this.followed(this.trace) : this.empty()}
    </div>`;
  }

  private followed(trace: PacketTrace) {
    return this.asText ? twinView(trace, this.language) : this.picture(trace);
  }

  private empty() {
    return this.note ? nothing : html`<p class="hint">${tracerStrings(this.language)('empty')}</p>`;
  }

  private verdict({ request, ending, hops }: PacketTrace) {
    const t = tracerStrings(this.language);
    const back = hops.filter(({ way }) => way === 'back').length;
    const { from, to, port, protocol } = request;
    const sender = from.replace(/^(default|node)\//, '');
    const aim = `${sender} → ${to}${port ? `:${port}` : ''} ${protocol}`;
    const glyph = glyphOfEnding(ending === 'unreachable' ? 'dropped' : ending);
    return html`<code class="aim">${aim}</code>
      <span class="verdict" data-good=${ending === 'delivered'}>
        ${unsafeSVG(glyphSvg(glyph, 20))}
        ${strings(this.language)(`verdict.${ending}` as StringName)}
      </span>
      <span class="ways" role="group" aria-label=${t('ways')}>
        ${this.wayButton('out', hops.length - back)}
        ${back > 0 ? this.wayButton('back', back) : nothing}
      </span>`;
  }

  private wayButton(way: 'out' | 'back', count: number) {
    const t = tracerStrings(this.language);
    const on = this.way === way;
    return html`<button type="button" aria-pressed=${on} @click=${() => this.turnTo(way)}>
      ${t(way)} <small>${t('count', { n: count })}</small>
    </button>`;
  }

  /** In a narrow place the form gives way to what is followed. */
  private folded() {
    if (this.width >= 560 || !this.trace) return this.sender();
    return html`<details class="folded">
      <summary>${tracerStrings(this.language)('another')}</summary>
      ${this.sender()}
    </details>`;
  }

  private sender() {
    return formView(this.form, this.view, this.language, this.trace !== undefined, {
      set: (part) => (this.form = { ...this.form, ...part }),
      submit: (event) => {
        event.preventDefault();
        this.submit();
      },
      last: () => void this.last(),
    });
  }

  private picture(trace: PacketTrace) {
    const hops = this.hops();
    const { hop: at, width, language } = this;
    const hop = hops[this.hop];
    return html`${wayView({ trace, hops, hop: at, width, language })}
      <div class="body">
        ${this.list(hops)}
        ${hop ? hopDetail(hop, this.hop + 1, this.language, this.isCulprit(hop)) : nothing}
      </div>
      ${this.controls(hops)}`;
  }

  private isCulprit(hop: PacketHop): boolean {
    const { trace } = this;
    return trace?.culprit !== undefined && trace.hops[trace.culprit] === hop;
  }

  private list(hops: readonly PacketHop[]) {
    const t = tracerStrings(this.language);
    return html`<ol class="hops" aria-label=${t('hops')}>
      ${hops.map(
        (hop, index) =>
          html`<li
            data-layer=${hop.layer}
            data-culprit=${this.isCulprit(hop)}
            aria-current=${index === this.hop ? 'step' : nothing}
          >
            <button
              type="button"
              tabindex=${index === this.hop ? 0 : -1}
              @click=${() => this.to(index)}
            >
              <span class="number">${index + 1}</span>
              <span class="place">${placeOf(hop)}</span>
              <span class="what">${sentenceOf(hop, this.language)}</span>
            </button>
          </li>`,
      )}
    </ol>`;
  }

  private controls(hops: readonly PacketHop[]) {
    const t = tracerStrings(this.language);
    const last = hops.length - 1;
    const icon = (name: keyof typeof icons) => svg`<svg width="20" height="20" aria-hidden="true">
        <path d=${icons[name]} /></svg>`;
    return html`<footer>
      <button type="button" class="icon" aria-label=${t('first')} @click=${() => this.to(0)}>
        ${icon('first')}
      </button>
      <button
        type="button"
        class="icon first"
        aria-label=${t(this.playing ? 'pause' : 'play')}
        @click=${() => (this.playing ? this.stopPlaying() : this.play())}
      >
        ${icon(this.playing ? 'pause' : 'play')}
      </button>
      <button
        type="button"
        class="icon"
        aria-label=${t('next')}
        ?disabled=${this.hop >= last}
        @click=${() => this.to(this.hop + 1)}
      >
        ${icon('next')}
      </button>
      <span class="count" role="status">
        ${t('of', { n: this.hop + 1, all: hops.length })}
        <span class="visually-hidden">
          ${hops[this.hop] && !this.playing ? sentenceOf(hops[this.hop]!, this.language) : ''}
        </span>
      </span>
      <label class="speed">
        <span class="visually-hidden">${t('speed')}</span>
        <select
          @change=${(e: Event) => (this.speed = Number((e.target as HTMLSelectElement).value))}
        >
          ${speeds.map(
            (each) =>
              html`<option value=${each} ?selected=${each === this.speed}>×${each}</option>`,
          )}
        </select>
      </label>
      <span class="keys caption"><kbd>←</kbd> <kbd>→</kbd> ${t('keys')}</span>
    </footer>`;
  }
}

customElements.define('pw-tracer', PwTracer);
