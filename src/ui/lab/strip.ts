import { LitElement, html, nothing, svg } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { TraceView } from '../../session/protocol.ts';
import { glyphOfEnding, glyphs } from '../glyph/glyphs.ts';
import { strings, type StringName } from '../strings/strings.ts';
import { segment, type Point } from '../way/strokes.ts';
import { stations, type Station } from './stations.ts';
import { labStrings } from './texts.ts';

const WIDTH = 360;
const MARGIN = 34;
const LINE = 26;
const MOST = 4;

/** The way of the last packet in a strip, for screens with no room for the whole picture. */
export class PwStrip extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    trace: { attribute: false },
  };
  declare language: 'ko' | 'en';
  declare trace: TraceView | undefined;

  constructor() {
    super();
    this.language = 'ko';
  }

  protected override createRenderRoot() {
    return this;
  }

  protected override render() {
    const t = labStrings(this.language);
    const { trace } = this;
    if (!trace) return html`<p class="caption">${t('stripNone')}</p>`;
    const say = strings(this.language);
    const ending = say(`verdict.${trace.ending}` as StringName);
    const all = stations(trace);
    const shown = all.length > MOST ? [...all.slice(0, 2), ...all.slice(-2)] : all;
    const label = `${t('strip')}: ${all.map(({ name }) => name).join(' → ')}, ${ending}`;
    const good = trace.ending === 'delivered';
    const glyph = glyphOfEnding(trace.ending === 'unreachable' ? 'dropped' : trace.ending);
    const step = (WIDTH - 2 * MARGIN) / Math.max(1, shown.length);
    const at = (index: number): Point => [MARGIN + index * step, LINE];
    const end = at(shown.length);
    return html`<svg viewBox="0 0 ${WIDTH} 66" role="img" aria-label=${label}>
      ${shown.map((station, index) => this.stretch(station, at(index), at(index + 1)))}
      ${shown.map((station, index) => this.station(station, at(index), index))}
      <g class="end" data-good=${good} transform="translate(${end[0] - 12} ${end[1] - 12})">
        <rect x="-3" y="-3" width="30" height="30" class="ground"></rect>
        ${unsafeSVG(glyphs[glyph])}
      </g>
      <text class="verdict" data-good=${good} x=${Math.min(end[0], WIDTH - 32)} y="58">
        ${ending}
      </text>
    </svg>`;
  }

  private stretch({ layer }: Station, from: Point, to: Point) {
    return svg`${unsafeSVG(segment(layer === 'socket' ? 'l2' : layer, [from, to]))}`;
  }

  private station({ name, kind }: Station, [x, y]: Point, index: number) {
    const text = name.length > 11 ? `${name.slice(0, 6)}…${name.slice(-4)}` : name;
    return svg`${
      kind === 'pod'
        ? svg`<g transform="translate(${x - 12} ${y - 12})" class="pod">
            <path class="ground" d="m12 2.8 8 4.6v9.2l-8 4.6-8-4.6V7.4z" />
            ${unsafeSVG(glyphs.pod)}</g>`
        : svg`<circle class="node" cx=${x} cy=${y} r="6" />`
    }<text x=${index === 0 ? 4 : x} y="58" text-anchor=${index === 0 ? 'start' : 'middle'}>
      ${text}</text>${nothing}`;
  }
}

customElements.define('pw-strip', PwStrip);
