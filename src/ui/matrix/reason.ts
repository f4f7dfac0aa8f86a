import { html, nothing } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type {
  Cell,
  CellSide,
  MatrixPlan,
  MatrixPod,
  MatrixPort,
} from '../../session/matrix/api.ts';
import { glyphOfEnding, glyphSvg } from '../glyph/glyphs.ts';
import { unenforced } from './measure.ts';
import type { MatrixStrings, MatrixWord } from './texts.ts';
import { dashToggles, linesOf, type DashToggle } from './toggle.ts';

/** What the panel tells of one cell. */
export interface ReasonOf {
  readonly from: MatrixPod;
  readonly to: MatrixPod;
  readonly port: MatrixPort;
  readonly cell: Cell;
  readonly plan: MatrixPlan;
  readonly t: MatrixStrings;
  /** How many cells the dash would change, once that was measured. */
  readonly changes: number | undefined;
  follow(): void;
  toggle(toggle: DashToggle): void;
}

/** Why a pair is open or shut: both directions, the lines of the policy, the dash. */
export function reasonView(of: ReasonOf) {
  const { from, to, port, cell, t } = of;
  const glyph = glyphOfEnding(cell.ending === 'unreachable' ? 'dropped' : cell.ending);
  return html`<section class="reason" aria-live="polite">
    <p class="caption">
      ${from.short} (${from.namespace}) → ${to.short} (${to.namespace}), ${port.protocol}
      ${port.port}
    </p>
    <h3>
      <span class="mark" data-ending=${cell.ending}>${unsafeSVG(glyphSvg(glyph, 24))}</span>
      ${t(titleOf(cell))}
    </h3>
    ${unenforced(cell) ? html`<p>${t('unenforcedWhy')}</p>` : nothing}
    ${sideView(of, 'egress', cell.egress, from)} ${sideView(of, 'ingress', cell.ingress, to)}
    ${dashView(of)}
    <p>
      <button type="button" class="button small first" @click=${() => of.follow()}>
        ${t('trace')}
      </button>
    </p>
  </section>`;
}

function titleOf(cell: Cell): MatrixWord {
  if (unenforced(cell)) return 'title.unenforced';
  if (!cell.allowed) return 'title.policy';
  return `title.${cell.ending}`;
}

function sideView(
  { plan, t }: ReasonOf,
  direction: 'egress' | 'ingress',
  side: CellSide,
  pod: MatrixPod,
) {
  const glyph = side.allowed ? 'delivered' : 'dropped';
  const text = plan.policies.find(({ name }) => name === side.policies[0])?.text;
  const lines = text ? linesOf(text, direction, side) : undefined;
  return html`<div class="side">
    <span class="mark" data-ending=${glyph}>${unsafeSVG(glyphSvg(glyph, 20))}</span>
    <div>
      <b>${t(direction)} ${t(side.allowed ? 'open' : 'shut')}</b>
      <p>${sentence(side, pod, t)}</p>
      ${text && side.kind !== 'unselected' ? excerpt(text, lines) : nothing}
    </div>
  </div>`;
}

function sentence(
  { allowed, kind, policies, rule, peer, list, because }: CellSide,
  pod: MatrixPod,
  t: MatrixStrings,
) {
  const policy = policies.join(', ');
  if (kind === 'rule') {
    const place = peer ? (list ? 'List' : 'Peer') : '';
    const slots = { policy, n: rule ?? 0, peer: peer ?? 0, list: list ?? '' };
    return t(`why.${allowed ? 'rule' : 'deny'}${place}`, slots);
  }
  if (kind === 'isolated' || kind === 'passed') return t(`why.${kind}`, { policy });
  if (kind === 'unselected') return t('why.unselected', { pod: pod.short });
  if (because === 'itself') return t('why.itself');
  return t(because === 'own node' ? 'why.own' : 'why.exempt');
}

/** The policy from its spec on, with the lines that decided under the marker. */
function excerpt(text: string, lines: { readonly from: number; readonly to: number } | undefined) {
  const all = text.split('\n');
  const start = Math.max(
    0,
    all.findIndex((line) => line.startsWith('spec:')),
  );
  const shown = all.slice(start).filter((line) => !line.startsWith('status:'));
  return html`<pre tabindex="0" aria-label="YAML"><code>${shown.map((line, index) => {
    const number = start + index + 1;
    const on = lines && number >= lines.from && number <= lines.to;
    const row = html`<span class="number">${String(number).padStart(3)}</span> ${line}${'\n'}`;
    return on ? html`<mark>${row}</mark>` : html`<span>${row}</span>`;
  })}</code></pre>`;
}

/** Dashes of the policies that this cell is about. */
function dashView({ cell, plan, t, changes, toggle }: ReasonOf) {
  const names = new Set([...cell.ingress.policies, ...cell.egress.policies]);
  const found = plan.policies
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, text }) => dashToggles(text).map((each) => ({ name, each })));
  if (found.length === 0) return nothing;
  return html`<div class="side">
    <span class="mark jog">${unsafeSVG(glyphSvg('jog', 22))}</span>
    <div>
      <b>${t('dash')}</b>
      ${found.map(
        ({ name, each }) =>
          html`<p>${t(each.becomes === 'and' ? 'dashAnd' : 'dashOr')}</p>
            <p>
              <button type="button" class="button small" @click=${() => toggle(each)}>
                ${t(each.becomes === 'and' ? 'tryAnd' : 'tryOr')}
              </button>
              <code>${name}</code>
            </p>`,
      )}
      ${
        changes === undefined
          ? nothing
          : html`<p role="status">${t('dashDone', { n: changes })}</p>`
      }
    </div>
  </div>`;
}
