import { LitElement, html, nothing, svg } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { SessionClient } from '../../session/client.ts';
import type { TopologyView, TraceView } from '../../session/protocol.ts';
import { strings, type Language, type StringName } from '../strings/strings.ts';
import { glyphOfEnding, glyphSvg } from '../glyph/glyphs.ts';
import { segment } from '../way/strokes.ts';
import { binding } from './binds.ts';
import {
  layOut,
  podName,
  type Layout,
  type NodeBox,
  type PodBox,
  type ServiceBox,
} from './layout.ts';
import { topologyText, traceText } from './text-twin.ts';
import { topologyTexts } from './texts.ts';
import { tracePath } from './trace-path.ts';
import '../way/way.css';
import './topology.css';

const HOP_MILLIS = 420;

/**
 * The cluster as racks, cells and the way of a packet over them; the same as text beside it. One
 * tab
 * stop: the arrow keys go from hop to hop.
 */
export class PwTopology extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    bare: { type: Boolean },
    view: { state: true },
    trace: { state: true },
    hop: { state: true },
    asText: { state: true },
    system: { state: true },
    width: { state: true },
    from: { state: true },
    to: { state: true },
  };
  declare language: Language;
  /** Whether the switch between picture and text is someone else's (`asText`). */
  declare bare: boolean;
  declare view: TopologyView | undefined;
  declare trace: TraceView | undefined;
  declare hop: number;
  declare asText: boolean;
  declare system: boolean;
  declare width: number;
  declare from: string;
  declare to: string;
  private client: SessionClient | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seen = 0;
  private observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.bare = false;
    this.hop = -1;
    this.asText = false;
    this.system = false;
    this.width = 720;
    this.from = '';
    this.to = '';
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session: observes the topology and the ways of sent packets. */
  attach(client: SessionClient): void {
    this.client = client;
    client.on('view', ({ view, value }) => {
      if (view === 'topology') this.view = value as unknown as TopologyView;
      if (view === 'trace') this.arrived(value as unknown as TraceView | null);
    });
    client.send({ type: 'observe', view: 'topology' });
    client.send({ type: 'observe', view: 'trace' });
  }

  /** Shows a packet's way and walks along it. */
  follow(trace: TraceView): void {
    this.trace = trace;
    this.hop = 0;
    this.walk();
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

  private arrived(trace: TraceView | null): void {
    if (!trace || trace.id === this.seen) return;
    this.seen = trace.id;
    this.follow(trace);
  }

  private walk(): void {
    clearTimeout(this.timer);
    if (!this.trace || this.hop >= this.trace.hops.length - 1) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.timer = setTimeout(
      () => {
        this.hop += 1;
        this.walk();
      },
      still ? 2_000 : HOP_MILLIS,
    );
  }

  private move(by: number): void {
    clearTimeout(this.timer);
    const last = (this.trace?.hops.length ?? 0) - 1;
    this.hop = Math.max(0, Math.min(last, this.hop + by));
  }

  private keydown(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined || !this.trace) return;
    event.preventDefault();
    this.move(by);
  }

  private send(event: Event): void {
    event.preventDefault();
    const from = this.from || this.sources()[0];
    if (!from || !this.to) return;
    this.client?.send({ type: 'input', input: { type: 'send-packet', from, to: this.to } });
  }

  private sources(): string[] {
    const pods = this.view?.nodes.flatMap((node) => node.pods) ?? [];
    return pods
      .filter((pod) => !pod.system && pod.phase === 'Running')
      .map(podName)
      .sort();
  }

  protected override render() {
    const t = topologyTexts[this.language];
    const text = this.asText;
    return html`<div class="controls">
        <div role="group" aria-label=${t.label} class="switch" ?hidden=${this.bare}>
          <button type="button" aria-pressed=${!text} @click=${() => (this.asText = false)}>
            ${t.picture}
          </button>
          <button type="button" aria-pressed=${text} @click=${() => (this.asText = true)}>
            ${t.text}
          </button>
        </div>
        <label class="caption">
          <input
            type="checkbox"
            .checked=${this.system}
            @change=${(event: Event) => (this.system = (event.target as HTMLInputElement).checked)}
          />
          ${t.system}
        </label>
        ${this.form()}
      </div>
      ${text ? this.asList() : this.picture()} ${this.trace ? this.tracer(this.trace) : nothing}`;
  }

  private form() {
    const t = topologyTexts[this.language];
    const sources = this.sources();
    if (sources.length === 0) return nothing;
    return html`<form class="send" @submit=${(event: Event) => this.send(event)}>
      <label>
        <span class="visually-hidden">${t.from}</span>
        <select
          @change=${(event: Event) => (this.from = (event.target as HTMLSelectElement).value)}
        >
          ${sources.map(
            (name) =>
              html`<option value=${name} ?selected=${name === this.from}>
                ${name.replace(/^default\//, '')}
              </option>`,
          )}
        </select>
      </label>
      <label>
        <span class="visually-hidden">${t.to}</span>
        <input
          placeholder=${t.to}
          autocapitalize="off"
          spellcheck="false"
          .value=${this.to}
          @input=${(event: Event) => (this.to = (event.target as HTMLInputElement).value)}
        />
      </label>
      <button class="button small" type="submit">${t.send}</button>
    </form>`;
  }

  private asList() {
    const lines = this.view ? topologyText(this.view, this.language, this.system) : [];
    return html`<div class="twin">
      ${lines.map(
        ({ title, items }) =>
          html`<h3>${title}</h3>
            <ul>
              ${items.map((item) => html`<li>${item}</li>`)}
            </ul>`,
      )}
    </div>`;
  }

  private picture() {
    const t = topologyTexts[this.language];
    if (!this.view) return html`<div class="wait" aria-busy="true"></div>`;
    const layout = layOut(this.view, this.width, this.system);
    const names = layout.nodes.flatMap(({ pods }) => pods.map(({ pod }) => pod.name));
    // Where two are called the same, the namespace tells them apart.
    const named = (pod: { readonly namespace: string; readonly name: string }) =>
      names.indexOf(pod.name) === names.lastIndexOf(pod.name) ? pod.name : podName(pod);
    const empty = layout.nodes.every(({ pods }) => pods.length === 0);
    return html`<div
      class="picture"
      tabindex="0"
      role="group"
      aria-label=${t.label}
      @keydown=${(event: KeyboardEvent) => this.keydown(event)}
    >
      <svg
        viewBox="0 0 ${layout.width} ${layout.height}"
        width=${layout.width}
        height=${layout.height}
      >
        <path class="wire" d="M12 ${layout.wire}H${layout.width - 12}" />
        ${layout.services.map((box) => this.service(box, layout))}
        ${layout.nodes.map((box) => this.rack(box))} ${this.line(layout)}
        ${layout.nodes.flatMap(({ pods }) => pods.map((box) => this.pod(box, named)))}
        ${this.head(layout)}
      </svg>
      ${empty ? html`<p class="caption">${t.empty}</p>` : nothing}
    </div>`;
  }

  private service({ service, x, y, width, height }: ServiceBox, layout: Layout) {
    const t = topologyTexts[this.language];
    const ready = service.endpoints.filter((each) => each.ready).length;
    const some = ready === 1 ? t.endpoint : t.endpoints.replace('{n}', String(ready));
    const count = ready === 0 ? t.noEndpoints : some;
    const cells = layout.nodes.flatMap((node) => node.pods);
    const lines = service.endpoints.flatMap((endpoint) => {
      const cell = cells.find(({ pod }) => podName(pod) === endpoint.pod);
      return cell ? [{ cell, ready: endpoint.ready }] : [];
    });
    return svg`<g class="service" data-empty=${ready === 0}>
      ${lines.map(
        ({ cell, ready }) =>
          svg`<path class="binds" data-ready=${ready}
            d=${binding({ x, y, width, height }, cell, layout)} />`,
      )}
      <rect x=${x} y=${y} width=${width} height=${height} rx="3" />
      <text class="name" x=${x + 10} y=${y + 19}>${short(service.name, 20)}</text>
      <text class="address" x=${x + 10} y=${y + 36}>
        ${service.clusterIP}:${service.ports[0] ?? ''}
      </text>
      <text class="count" x=${x + width - 8} y=${y + 19} text-anchor="end">${count}</text>
    </g>`;
  }

  private rack({ node, x, y, width, height, bridge, pods, port }: NodeBox) {
    const alone = pods.some(({ pod }) => !pod.hostNetwork);
    const joined = node.bridge || (alone ? topologyTexts[this.language].routed : '');
    return svg`<g class="rack" data-ready=${node.ready}>
      <rect x=${x} y=${y} width=${width} height=${height} rx="3" />
      <text class="name" x=${x + 12} y=${y + 22}>${node.name}</text>
      <text class="address" x=${x + width - 12} y=${y + 22} text-anchor="end">${node.address}</text>
      <path
        class=${node.bridge ? 'bridge' : 'bridge routed'}
        d="M${x + 12} ${bridge}H${x + width - 12}"
      />
      <text class="address" x=${x + 12} y=${bridge + 17}>
        ${joined}
      </text>
      <path class="plug" d="M${port[0]} ${bridge}V${port[1] + 24}" />
      <text class="address" x=${port[0] + 6} y=${port[1] + 14}>eth0</text>
      ${pods
        .filter(({ pod }) => !pod.hostNetwork)
        .map(
          (pod) =>
            svg`<path class="veth"
              d="M${pod.x + pod.width / 2} ${pod.y + pod.height}V${bridge}" />`,
        )}
    </g>`;
  }

  private pod({ pod, x, y, width, height }: PodBox, named: (pod: PodBox['pod']) => string) {
    const t = topologyTexts[this.language];
    const room = Math.floor((width - 14) / 8.2);
    const note = pod.hostNetwork ? t.hostNetwork : pod.address || pod.phase;
    return svg`<g class="pod" data-ready=${pod.ready}>
      <rect x=${x} y=${y} width=${width} height=${height} rx="3" />
      <text class="name" x=${x + 9} y=${y + 19}>${short(named(pod), room)}</text>
      <text class="address" x=${x + 9} y=${y + 36}>${note}</text>
      ${
        pod.ready
          ? nothing
          : svg`<text class="unready" x=${x + width - 8} y=${y + 36} text-anchor="end">
              ${t.notReady}
            </text>`
      }
      <title>${podName(pod)} ${pod.address}</title>
    </g>`;
  }

  /** The way walked so far, in its strokes, behind the pods; what lies ahead is thin. */
  private line(layout: Layout) {
    if (!this.trace) return nothing;
    const { stretches } = tracePath(this.trace, layout);
    const markup = stretches
      .map(({ layer, points, hop }) =>
        segment(layer === 'socket' ? 'l2' : layer, points, hop <= this.hop ? 'done' : 'ahead'),
      )
      .join('');
    return svg`<g class="trace">${unsafeSVG(markup)}</g>`;
  }

  /** Where the packet is, and at the end how it went. */
  private head(layout: Layout) {
    if (!this.trace) return nothing;
    const { stops, end } = tracePath(this.trace, layout);
    const done = this.hop >= this.trace.hops.length - 1;
    const head = stops.findLast(({ hop }) => hop <= this.hop)?.at;
    if (head && !done) return svg`<circle class="head" cx=${head[0]} cy=${head[1]} r="6" />`;
    if (!done || !end) return nothing;
    const { ending } = this.trace;
    const glyph = glyphSvg(glyphOfEnding(ending === 'unreachable' ? 'dropped' : ending), 28);
    return svg`<g class="verdict" data-good=${ending === 'delivered'}
      transform="translate(${end[0] - 14} ${end[1] - 14})">
      <circle cx="14" cy="14" r="17" class="halo" />${unsafeSVG(glyph)}</g>`;
  }

  private tracer(trace: TraceView) {
    const t = topologyTexts[this.language];
    const say = strings(this.language);
    const ending = say(`verdict.${trace.ending}` as StringName);
    const glyph = glyphOfEnding(trace.ending === 'unreachable' ? 'dropped' : trace.ending);
    return html`<section class="tracer" aria-label=${t.way}>
      <header>
        <b>${trace.title}</b>
        <span class="verdict" data-good=${trace.ending === 'delivered'}>
          ${unsafeSVG(glyphSvg(glyph, 20))} ${ending}
        </span>
        <span class="buttons">
          <button type="button" class="button small" @click=${() => this.move(-1)}>
            ${t.previous}
          </button>
          <button type="button" class="button small" @click=${() => this.move(1)}>${t.next}</button>
          <button type="button" class="button small" @click=${() => (this.trace = undefined)}>
            ${t.close}
          </button>
        </span>
      </header>
      <ol>
        ${traceText(trace).map(
          (hop, index) =>
            html`<li aria-current=${index === this.hop ? 'step' : nothing} data-layer=${hop.layer}>
              <button type="button" @click=${() => (this.hop = index)}>
                <span class="place">${hop.place}</span>
                <span>${hop.what}</span>
                ${hop.changed ? html`<mark>${hop.changed}</mark>` : nothing}
              </button>
              ${hop.rule ? html`<code>${hop.rule}</code>` : nothing}
            </li>`,
        )}
      </ol>
      <p class="visually-hidden" role="status">
        ${traceText(trace)[this.hop]?.place}: ${traceText(trace)[this.hop]?.what}
      </p>
    </section>`;
  }
}

/** A long name with its beginning and end, so that pods of one owner stay apart. */
function short(name: string, length: number): string {
  if (name.length <= length) return name;
  return `${name.slice(0, length - 7)}…${name.slice(-6)}`;
}

customElements.define('pw-topology', PwTopology);
