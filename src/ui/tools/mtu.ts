import { LitElement, html } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import { glyphSvg, type GlyphName } from '../glyph/glyphs.ts';
import type { Language } from '../strings/strings.ts';
import { field, heading, select, tick } from './field.ts';
import {
  encapsulations,
  overheadOf,
  sendThrough,
  type Encapsulation,
  type MtuEnd,
  type MtuResult,
} from './mtu-math.ts';
import { toolStrings, type ToolStrings } from './texts.ts';
import './tools.css';

const glyphOf: Record<MtuEnd, GlyphName> = {
  fits: 'delivered',
  segmented: 'delivered',
  fragmented: 'delivered',
  'refused-locally': 'refused',
  told: 'rejected',
  'black-hole': 'dropped',
  'outer-fragmented': 'unknown',
};

/** Header bytes of an overlay, and what becomes of data of some size: whole, in pieces, lost. */
export class PwMtu extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    link: { state: true },
    kind: { state: true },
    pod: { state: true },
    tunnel: { state: true },
    protocol: { state: true },
    payload: { state: true },
    dontFragment: { state: true },
    icmpBlocked: { state: true },
  };
  declare language: Language;
  declare link: string;
  declare kind: Encapsulation;
  declare pod: string;
  declare tunnel: string;
  declare protocol: 'TCP' | 'UDP' | 'ICMP';
  declare payload: string;
  declare dontFragment: boolean;
  declare icmpBlocked: boolean;

  constructor() {
    super();
    this.language = 'ko';
    this.link = '1500';
    this.kind = 'vxlan';
    this.pod = '1450';
    this.tunnel = '1450';
    this.protocol = 'TCP';
    this.payload = '1400';
    this.dontFragment = true;
    this.icmpBlocked = false;
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Another link or tunnel: what a plugin would set for it. */
  private fit(link: string, kind: Encapsulation): void {
    const right = String(whole(link) - overheadOf(kind));
    Object.assign(this, { link, kind, pod: right, tunnel: right });
  }

  protected override render() {
    const t = toolStrings(this.language);
    const { kind, protocol, dontFragment, icmpBlocked } = this;
    const [link, pod, tunnel, payload] = [this.link, this.pod, this.tunnel, this.payload].map(
      whole,
    );
    const result = sendThrough({
      ...{ link: link!, pod: pod!, tunnel: tunnel!, payload: payload! },
      ...{ kind, protocol, dontFragment, icmpBlocked },
    });
    return html`<div class="tool">
      ${this.form(t)}
      <div class="result">${outcome(result, link!, t)}</div>
    </div>`;
  }

  private form(t: ToolStrings) {
    const right = t('mtu.right', { n: whole(this.link) - overheadOf(this.kind) });
    const kinds = Object.keys(encapsulations) as Encapsulation[];
    const number = { number: true };
    return html`<form
      aria-label=${t('mtu.form')}
      @submit=${(event: Event) => event.preventDefault()}
    >
      ${field(t('mtu.link'), this.link, (value) => this.fit(value, this.kind), {
        ...{ ...number, key: 'link' },
      })}
      ${select(
        t('mtu.kind'),
        kinds.map((kind) => [kind, t(`kind.${kind}`)] as const),
        this.kind,
        (value) => this.fit(this.link, value as Encapsulation),
        'kind',
      )}
      ${field(t('mtu.pod'), this.pod, (value) => (this.pod = value), {
        ...{ ...number, hint: right, key: 'pod' },
      })}
      ${
        this.kind === 'none'
          ? ''
          : field(t('mtu.tunnel'), this.tunnel, (value) => (this.tunnel = value), {
              ...{ ...number, hint: right, key: 'tunnel' },
            })
      }
      ${select(
        t('mtu.protocol'),
        [
          ['TCP', 'TCP'],
          ['UDP', 'UDP'],
          ['ICMP', 'ICMP (ping)'],
        ],
        this.protocol,
        (value) => (this.protocol = value as 'TCP'),
        'protocol',
      )}
      ${field(t('mtu.payload'), this.payload, (value) => (this.payload = value), {
        ...{ ...number, key: 'payload' },
      })}
      ${
        this.protocol === 'TCP'
          ? ''
          : tick(t('mtu.df'), this.dontFragment, (on) => (this.dontFragment = on), 'df')
      }
      ${tick(t('mtu.blocked'), this.icmpBlocked, (on) => (this.icmpBlocked = on), 'blocked')}
    </form>`;
  }
}

const whole = (text: string) => Math.min(65_535, Math.max(0, Math.floor(Number(text) || 0)));

function outcome(result: MtuResult, link: number, t: ToolStrings) {
  const { end, stack, outer, pieces, told = 0, overhead, mss } = result;
  const good = glyphOf[end] === 'delivered';
  return html`<section role="status">
      ${heading(t('mtu.end'))}
      <p class="verdict" data-good=${good}>
        ${unsafeSVG(glyphSvg(glyphOf[end], 24))}
        <span>${t(`end.${end}`, { n: pieces, told })}</span>
      </p>
    </section>
    <section>
      ${heading(t('mtu.stack'))}
      <p class="caption">${t('mtu.wire', { outer, link })}</p>
      <div class="stack" data-over=${outer > link} aria-hidden="true">
        ${stack.map(
          ({ bytes }, index) =>
            html`<span
              data-outer=${index < stack.length - 3}
              data-data=${index === stack.length - 1}
              style="flex-grow: ${index === stack.length - 1 ? Math.max(60, bytes / 8) : bytes}"
              ><b>${bytes}</b></span
            >`,
        )}
      </div>
      <ol class="parts">
        ${stack.map(
          ({ name, bytes }) => html`<li>${name} <code>${t('bytes', { n: bytes })}</code></li>`,
        )}
      </ol>
      <dl>
        <div>
          <dt>${t('mtu.overhead')}</dt>
          <dd>${overhead}</dd>
        </div>
        <div>
          <dt>${t('mtu.mss')}</dt>
          <dd>${mss}</dd>
        </div>
      </dl>
    </section>`;
}

customElements.define('pw-mtu', PwMtu);
