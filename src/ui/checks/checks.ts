import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import type { CheckResult, TraceView } from '../../session/protocol.ts';
import { glyphOfEnding, glyphSvg, type GlyphName } from '../glyph/glyphs.ts';
import type { CheckTexts } from '../lab/data.ts';
import { inline } from '../lab/markdown.ts';
import { checkStrings } from './texts.ts';
import './checks.css';

const HINTS = 4;

/**
 * The checks of a lab: what each asks, how it stands, and for one that fails what was expected,
 * what was seen, where and why, one question, and hints one by one. Asks for a packet's way with
 * `pw-follow` (detail: the trace) and for a hint with `pw-hint` (detail: the check).
 */
export class PwChecks extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    texts: { attribute: false },
    results: { attribute: false },
    hints: { attribute: false },
    stale: { attribute: false },
    asked: { attribute: false },
    judgedAt: { attribute: false },
    open: { state: true },
    now: { state: true },
  };
  declare language: 'ko' | 'en';
  declare texts: readonly CheckTexts[];
  declare results: readonly CheckResult[];
  /** Hints opened per check, 0 to 4. */
  declare hints: Readonly<Record<string, number>>;
  declare stale: boolean;
  /** Whether a judgement was asked for and has not come yet. */
  declare asked: boolean;
  /** When the results came, in milliseconds of the page; 0 before the first. */
  declare judgedAt: number;
  /** Checks that the learner opened or closed by hand. */
  declare open: Readonly<Record<string, boolean>>;
  declare now: number;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.texts = [];
    this.results = [];
    this.hints = {};
    this.stale = false;
    this.asked = false;
    this.judgedAt = 0;
    this.open = {};
    this.now = 0;
  }

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => (this.now = performance.now()), 5_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('judgedAt')) this.now = performance.now();
  }

  protected override render() {
    const t = checkStrings(this.language);
    const passed = this.results.filter(({ status }) => status === 'pass').length;
    const judged = this.results.length > 0;
    const first = this.results.find(({ status }) => status === 'fail')?.check;
    return html`<header>
        <h2>${judged ? t('count', { n: passed, all: this.texts.length }) : t('waiting')}</h2>
        <p class="caption">${judged ? this.when() : nothing}</p>
        <p class="visually-hidden" role="status">
          ${judged ? t('count', { n: passed, all: this.texts.length }) : nothing}
        </p>
      </header>
      <ul>
        ${this.texts.map((texts) =>
          this.check(
            texts,
            this.results.find(({ check }) => check === texts.slug),
            texts.slug === first,
          ),
        )}
      </ul>`;
  }

  private when(): string {
    const t = checkStrings(this.language);
    if (this.asked) return t('waiting');
    if (this.stale) return t('stale');
    const seconds = Math.round((this.now - this.judgedAt) / 1000);
    if (seconds < 3) return t('now');
    return seconds < 90 ? t('ago', { n: seconds }) : t('minutes', { n: Math.round(seconds / 60) });
  }

  private check(texts: CheckTexts, result: CheckResult | undefined, first: boolean) {
    const t = checkStrings(this.language);
    const status = result?.status ?? 'none';
    const closed = status === 'pass' || status === 'none';
    const open = !closed && (this.open[texts.slug] ?? first);
    const id = `check-${texts.slug}`;
    const title = html`<span class="glyph-box">${unsafeHTML(glyphSvg(glyphOf(result), 20))}</span>
      <span class="title">
        ${unsafeHTML(texts.title)}
        <span class=${status === 'waits' || status === 'none' ? 'tag' : 'visually-hidden'}>
          ${t(status)}
        </span>
        ${
          texts.hidden
            ? html`<span class="tag" title=${t('hiddenLong')}>${t('hidden')}</span>`
            : nothing
        }
      </span>`;
    return html`<li data-check=${texts.slug} data-status=${status} ?data-stale=${this.stale}>
      <h3>
        ${
          closed
            ? html`<span class="row">${title}</span>`
            : html`<button
                type="button"
                class="row"
                aria-expanded=${open}
                aria-controls=${id}
                @click=${() => (this.open = { ...this.open, [texts.slug]: !open })}
              >
                ${title}
              </button>`
        }
      </h3>
      <div id=${id} ?hidden=${!open}>
        ${open && result ? this.explained(texts, result) : nothing}
      </div>
    </li>`;
  }

  private explained(texts: CheckTexts, result: CheckResult) {
    const t = checkStrings(this.language);
    const rows = [
      ['expected', texts.expected],
      ['seen', inline(result.seen ?? '')],
      ['where', inline(result.where ?? '')],
      ['why', inline(result.why ?? '')],
    ] as const;
    return html`<dl>
        ${rows
          .filter(([, text]) => text !== '')
          .map(
            ([name, text]) =>
              html`<dt>${t(name)}</dt>
                <dd>${unsafeHTML(text)}</dd>`,
          )}
      </dl>
      <p class="question">${unsafeHTML(texts.question)}</p>
      ${this.hintsOf(texts)}
      <p class="buttons">
        ${
          result.trace
            ? html`<button
                type="button"
                class="button small"
                @click=${() => this.follow(result.trace as TraceView)}
              >
                ${t('follow')}
              </button>`
            : nothing
        }
        ${this.hintButton(texts)}
      </p>`;
  }

  private hintsOf({ slug, hints }: CheckTexts) {
    const t = checkStrings(this.language);
    const shown = hints.slice(0, this.hints[slug] ?? 0);
    return html`<ol class="hints" aria-live="polite">
      ${shown.map(
        (hint, index) =>
          html`<li data-answer=${index === HINTS - 1} tabindex="-1">
            <b>${index === HINTS - 1 ? t('answer') : t('hintTitle', { n: index + 1 })}</b>
            ${unsafeHTML(hint)}
          </li>`,
      )}
    </ol>`;
  }

  private hintButton({ slug, title }: CheckTexts) {
    const t = checkStrings(this.language);
    const next = (this.hints[slug] ?? 0) + 1;
    if (next > HINTS) return nothing;
    const plain = title.replace(/<[^>]+>/g, '');
    return html`<button
      type="button"
      class="button small"
      aria-label=${t('hintAbout', { n: next, all: HINTS, title: plain })}
      @click=${() => void this.openHint(slug, next)}
    >
      ${t('hint', { n: next, all: HINTS })}
    </button>`;
  }

  /** The last hint takes its button away; the focus goes to the answer, not to nowhere. */
  private async openHint(slug: string, next: number): Promise<void> {
    this.ask('pw-hint', slug);
    if (next < HINTS) return;
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#check-${slug} [data-answer="true"]`)?.focus();
  }

  private follow(trace: TraceView): void {
    this.ask('pw-follow', trace);
  }

  private ask(name: 'pw-hint' | 'pw-follow', detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

/** A check's glyph: the verdict of its packet where it has one, else pass, fail or not yet. */
function glyphOf(result: CheckResult | undefined): GlyphName {
  if (!result || result.status === 'waits') return 'unknown';
  if (result.status === 'pass') return 'delivered';
  const ending = result.trace?.ending;
  if (!ending || ending === 'delivered' || ending === 'unknown') return 'http-error';
  return glyphOfEnding(ending === 'unreachable' ? 'dropped' : ending);
}

customElements.define('pw-checks', PwChecks);
