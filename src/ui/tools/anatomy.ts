import { LitElement, html } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import { stringify } from 'yaml';
import { glyphSvg } from '../glyph/glyphs.ts';
import type { Language } from '../strings/strings.ts';
import { anatomyOf, type Anatomy, type AnatomyPod, type AnatomyWish } from './anatomy-math.ts';
import { field, heading, tick } from './field.ts';
import { toolStrings, type ToolStrings } from './texts.ts';
import './tools.css';

/** Pods that one can look at together. */
const MOST = 6;

const pod = (name: string, labels: string, ready = true): AnatomyPod => ({
  ...{ name, labels, ready, portName: 'http', listens: '8080' },
});

/** A Service taken apart: selector, slice and virtual IP follow labels, readiness and ports. */
export class PwAnatomy extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    wish: { state: true },
  };
  declare language: Language;
  declare wish: AnatomyWish;

  constructor() {
    super();
    this.language = 'ko';
    this.wish = {
      ...{ selector: 'app=web', port: '80', target: '8080', publishNotReady: false },
      pods: [pod('web-1', 'app=web'), pod('web-2', 'app=web', false), pod('db-1', 'app=db')],
    };
  }

  protected override createRenderRoot() {
    return this;
  }

  private set(part: Partial<AnatomyWish>): void {
    this.wish = { ...this.wish, ...part };
  }

  private setPod(index: number, part: Partial<AnatomyPod>): void {
    const pods = this.wish.pods.map((each, at) => (at === index ? { ...each, ...part } : each));
    this.set({ pods });
  }

  private add(): void {
    const numbers = this.wish.pods.map(({ name }) => Number(name.split('-')[1] ?? 0));
    const next = `web-${Math.max(0, ...numbers) + 1}`;
    this.set({ pods: [...this.wish.pods, pod(next, 'app=web')] });
  }

  protected override render() {
    const t = toolStrings(this.language);
    const { wish } = this;
    const found = anatomyOf(wish);
    return html`<div class="tool anatomy">
      <form aria-label=${t('svc.form')} @submit=${(event: Event) => event.preventDefault()}>
        ${field(t('svc.selector'), wish.selector, (selector) => this.set({ selector }), {
          key: 'selector',
        })}
        ${field(t('svc.port'), wish.port, (port) => this.set({ port }), {
          ...{ number: true, key: 'port' },
        })}
        ${field(t('svc.target'), wish.target, (target) => this.set({ target }), { key: 'target' })}
        ${tick(
          t('svc.unready'),
          wish.publishNotReady,
          (publishNotReady) => this.set({ publishNotReady }),
          'unready',
        )}
      </form>
      ${heading(t('svc.pods'))}
      <div class="pods">
        ${wish.pods.map((each, index) => this.pod(each, index, found, t))}
        <button
          type="button"
          class="button small"
          ?disabled=${wish.pods.length >= MOST}
          @click=${() => this.add()}
        >
          ${t('svc.add')}
        </button>
      </div>
      ${found ? resultView(found, t) : html`<p class="stop" role="status">${t('svc.badPort')}</p>`}
    </div>`;
  }

  private pod(each: AnatomyPod, index: number, found: Anatomy | undefined, t: ToolStrings) {
    const chosen = found?.chosen.includes(each.name) ?? false;
    return html`<fieldset data-chosen=${chosen}>
      <legend>
        ${each.name}
        <span class="caption">${t(chosen ? 'svc.chosen' : 'svc.notChosen')}</span>
      </legend>
      ${field(t('svc.labels'), each.labels, (labels) => this.setPod(index, { labels }))}
      ${field(t('svc.named'), each.portName, (portName) => this.setPod(index, { portName }))}
      ${field(t('svc.listens'), each.listens, (listens) => this.setPod(index, { listens }), {
        number: true,
      })}
      ${tick(t('svc.ready'), each.ready, (ready) => this.setPod(index, { ready }))}
      <button
        type="button"
        class="button small"
        aria-label=${t('svc.remove', { name: each.name })}
        @click=${() => this.set({ pods: this.wish.pods.filter((_each, at) => at !== index) })}
      >
        ×
      </button>
    </fieldset>`;
  }
}

function resultView(found: Anatomy, t: ToolStrings) {
  const { end, ready, closed, knocks, address, slice, rules } = found;
  const good = end === 'all';
  const glyph = good ? 'delivered' : end === 'some' ? 'unknown' : 'refused';
  const words = { n: ready, bad: closed, port: knocks, name: knocks };
  return html`<section role="status">
      ${heading(t('svc.ends', { address }))}
      <p class="verdict" data-good=${good}>
        ${unsafeSVG(glyphSvg(glyph, 24))} <span>${t(`svc.${end}`, words)}</span>
      </p>
    </section>
    <div class="pair">
      <section>
        ${heading(t('svc.slice'))}
        <pre tabindex="0" aria-label=${t('svc.slice')}><code>${stringify(slice)}</code></pre>
      </section>
      <section>
        ${heading(t('svc.vip'))}
        <pre tabindex="0" aria-label=${t('svc.vip')}><code>${rules.join('\n')}</code></pre>
      </section>
    </div>`;
}

customElements.define('pw-anatomy', PwAnatomy);
