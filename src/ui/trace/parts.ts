import { html, nothing, svg } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { TopologyView } from '../../session/protocol.ts';
import type { PacketHop, PacketTrace } from '../../session/trace/api.ts';
import { glyphOfEnding, glyphSvg } from '../glyph/glyphs.ts';
import type { Language } from '../strings/strings.ts';
import { stop } from '../way/strokes.ts';
import { senders, targets, type TracerForm } from './form.ts';
import { tracerStrings } from './texts.ts';
import { drawWay, type WayDrawing } from './way.ts';
import { placeOf, sentenceOf, twinOf } from './words.ts';

/** What is shown of a trace. */
export interface Shown {
  readonly trace: PacketTrace;
  readonly hops: readonly PacketHop[];
  readonly hop: number;
  readonly width: number;
  readonly language: Language;
}

/** The line of one way, its stops, brackets of machines, and the glyph that ends it. */
export function wayView({ trace, hops, hop, width, language }: Shown) {
  const t = tracerStrings(language);
  const cut = trace.culprit !== undefined && trace.hops[trace.culprit] === hops.at(-1);
  const drawn = drawWay(hops, width - 2, hop, cut);
  const { ending } = trace;
  const done = hop >= hops.length - 1;
  const glyph = done ? glyphOfEnding(ending === 'unreachable' ? 'dropped' : ending) : 'unknown';
  const [endX, endY] = drawn.end;
  const flag = hops[hop]?.after.flags || trace.request.protocol;
  return html`<div class="way-scroll" tabindex="0" role="group" aria-label=${t('way')}>
    <svg viewBox="0 0 ${drawn.width} 146" width=${drawn.width} height="146" aria-hidden="true">
      ${unsafeSVG(drawn.strokes)}
      ${drawn.stops.map(({ at, hop: each, index }) =>
        each.kind === 'gate' || index === hop
          ? nothing
          : unsafeSVG(stop(each.layer === 'socket' ? 'l2' : each.layer, at, 5)),
      )}
      ${head(drawn, hop, flag)}
      ${drawn.stops.map(
        ({ at, index }) =>
          svg`<text class="tick" data-here=${index === hop} x=${at[0]} y="107">${index + 1}</text>`,
      )}
      ${drawn.groups.map(
        ({ name, from, to }) => svg`<path class="bracket" d="M${from - 12} 114v5H${to + 12}v-5" />
          <text class="group" x=${(from + to) / 2} y="136">${fit(name, to - from + 56)}</text>`,
      )}
      <g
        class="end"
        data-good=${ending === 'delivered'}
        data-shown=${done}
        transform="translate(${endX - 13} ${endY - 13})"
      >
        ${unsafeSVG(glyphSvg(glyph, 26))}
      </g>
    </svg>
  </div>`;
}

/** The packet at its hop, with its flags over it. */
function head({ stops, width }: WayDrawing, hop: number, flag: string) {
  const here = stops[hop];
  if (!here) return nothing;
  const [x, y] = here.at;
  const wide = flag.length * 7.6 + 18;
  const left = Math.max(2, Math.min(width - wide - 2, x - wide / 2));
  return svg`<g class="here"><circle cx=${x} cy=${y} r="7" />
    <path d="M${x - 5} ${y - 17}h10l-5 6z" />
    <rect x=${left} y=${y - 38} width=${wide} height="21" rx="2" />
    <text x=${left + wide / 2} y=${y - 23}>${flag}</text></g>`;
}

/** A name cut so that it fits its bracket. */
function fit(name: string, room: number): string {
  const letters = Math.max(4, Math.floor(room / 7.4));
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
}

/** What the form tells. */
export interface FormEvents {
  set(part: Partial<TracerForm>): void;
  submit(event: Event): void;
  last(): void;
}

/** Who sends what to whom. `sent` says that something was sent already. */
export function formView(
  form: TracerForm,
  view: TopologyView | undefined,
  language: Language,
  sent: boolean,
  { set, submit, last }: FormEvents,
) {
  const t = tracerStrings(language);
  const text = (event: Event) => (event.target as HTMLInputElement).value;
  const icmp = form.protocol === 'ICMP';
  return html`<form class="sender" aria-label=${t('form')} @submit=${submit}>
    <label>
      <span>${t('from')}</span>
      <select name="from" @change=${(event: Event) => set({ from: text(event) })}>
        ${senders(view).map(
          ({ value, text: name }) =>
            html`<option value=${value} ?selected=${value === form.from}>${name}</option>`,
        )}
      </select>
    </label>
    <label class="wide">
      <span>${t('to')}</span>
      <input
        name="to"
        list="pw-tracer-targets"
        autocapitalize="off"
        autocomplete="off"
        spellcheck="false"
        .value=${form.to}
        @input=${(event: Event) => set({ to: text(event) })}
      />
    </label>
    <datalist id="pw-tracer-targets">
      ${targets(view).map((name) => html`<option value=${name}></option>`)}
    </datalist>
    <label>
      <span>${t('protocol')}</span>
      <select
        name="protocol"
        @change=${(event: Event) => set({ protocol: text(event) as TracerForm['protocol'] })}
      >
        ${(['TCP', 'UDP', 'ICMP'] as const).map(
          (each) => html`<option ?selected=${each === form.protocol}>${each}</option>`,
        )}
      </select>
    </label>
    <label class="short">
      <span>${t('port')}</span>
      <input
        name="port"
        inputmode="numeric"
        pattern="[0-9]{1,5}"
        ?disabled=${icmp}
        .value=${icmp ? '' : form.port}
        @input=${(event: Event) => set({ port: text(event) })}
      />
    </label>
    <button class="button small ${sent ? '' : 'first'}" type="submit">
      ${t(sent ? 'again' : 'send')}
    </button>
    <button class="button small" type="button" @click=${last}>${t('last')}</button>
  </form>`;
}

/** The same trace as an ordered list, there and back. */
export function twinView({ hops, culprit }: PacketTrace, language: Language) {
  const t = tracerStrings(language);
  const item = (hop: PacketHop) =>
    html`<li>
      <b>${placeOf(hop)}</b>: ${sentenceOf(hop, language)}
      ${
        culprit !== undefined && hops[culprit] === hop
          ? html`<strong class="stop">${t('culprit')}</strong>`
          : nothing
      }
      ${twinOf(hop, language).map((line) => html`<code>${line}</code>`)}
    </li>`;
  return html`<div class="twin" tabindex="0" role="region" aria-label=${t('text')}>
    ${(['out', 'back'] as const).map((way) => {
      const own = hops.filter((hop) => hop.way === way);
      return own.length === 0
        ? nothing
        : html`<h3>${t(way)}</h3>
            <ol>
              ${own.map(item)}
            </ol>`;
    })}
  </div>`;
}
