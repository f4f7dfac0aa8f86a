import { html, nothing } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import type { Cell, MatrixPod, MatrixPort } from '../../session/matrix/api.ts';
import { glyphOfEnding, glyphSvg } from '../glyph/glyphs.ts';
import { cellKey, differs, unenforced, type Cells } from './measure.ts';
import type { MatrixStrings } from './texts.ts';

/** What the table shows. */
export interface Grid {
  readonly pods: readonly MatrixPod[];
  readonly port: MatrixPort;
  readonly cells: Cells;
  readonly base: Cells | undefined;
  readonly chosen: string;
  readonly t: MatrixStrings;
  choose(key: string): void;
}

const glyphOf = (ending: string) => glyphOfEnding(ending === 'unreachable' ? 'dropped' : ending);

/** A cell in words, as readers hear it. */
export function cellName(grid: Grid, from: MatrixPod, to: MatrixPod, cell: Cell): string {
  const { t, port, base } = grid;
  const parts = [
    `${from.short} → ${to.short}`,
    `${port.protocol} ${port.port}`,
    t(`cell.${cell.ending}`),
    ...(unenforced(cell) ? [t('unenforced')] : []),
    ...(differs(cell, base?.get(cellKey(from.pod, to.pod))) ? [t('changedCell')] : []),
  ];
  return parts.join(', ');
}

/** Sources down, destinations across: a real table with one tab stop. */
export function tableView(grid: Grid) {
  const { pods, t, cells } = grid;
  return html`<div class="scroll" tabindex="-1">
    <table style="--cell: ${pods.length < 7 ? 78 : 48}px">
      <caption class="visually-hidden">
        ${t('title')}
      </caption>
      <thead>
        <tr>
          <td class="caption">${t('axes')}</td>
          ${pods.map(
            ({ short, namespace }) => html`<th scope="col">${short}<span>${namespace}</span></th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${pods.map(
          (from) =>
            html`<tr>
              <th scope="row">${from.short}<span>${from.namespace}</span></th>
              ${pods.map((to) => {
                const cell = cells.get(cellKey(from.pod, to.pod));
                return html`<td>
                  ${
                    from === to
                      ? html`<span class="self"
                          ><span class="visually-hidden">${t('self')}</span></span
                        >`
                      : cell
                        ? cellView(grid, from, to, cell)
                        : html`<span class="wait"></span>`
                  }
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellView(grid: Grid, from: MatrixPod, to: MatrixPod, cell: Cell) {
  const key = cellKey(from.pod, to.pod);
  return html`<button
    type="button"
    class="cell"
    data-key=${key}
    data-ending=${cell.ending}
    data-policy=${unenforced(cell)}
    data-changed=${differs(cell, grid.base?.get(key))}
    aria-label=${cellName(grid, from, to, cell)}
    aria-pressed=${grid.chosen === key}
    tabindex=${grid.chosen === key ? 0 : -1}
    @click=${() => grid.choose(key)}
  >
    ${unsafeSVG(glyphSvg(glyphOf(cell.ending), 20))}
  </button>`;
}

/** For narrow places: one source at a time, its destinations as a list. */
export function listView(grid: Grid, from: MatrixPod, setFrom: (pod: string) => void) {
  const { pods, t, cells } = grid;
  return html`<label class="source">
      <span class="caption">${t('from')}</span>
      <select @change=${(event: Event) => setFrom((event.target as HTMLSelectElement).value)}>
        ${pods.map(
          ({ pod, short, namespace }) =>
            html`<option value=${pod} ?selected=${pod === from.pod}>
              ${short} (${namespace})
            </option>`,
        )}
      </select>
    </label>
    <ul class="rows">
      ${pods
        .filter((to) => to !== from)
        .map((to) => {
          const cell = cells.get(cellKey(from.pod, to.pod));
          if (!cell) return nothing;
          const key = cellKey(from.pod, to.pod);
          return html`<li>
            <button
              type="button"
              data-key=${key}
              data-ending=${cell.ending}
              aria-label=${cellName(grid, from, to, cell)}
              aria-pressed=${grid.chosen === key}
              @click=${() => grid.choose(key)}
            >
              <span class="mark">${unsafeSVG(glyphSvg(glyphOf(cell.ending), 20))}</span>
              <span><b>${to.short}</b> <span class="caption">${to.namespace}</span></span>
              <span class="word">
                ${t(unenforced(cell) ? 'unenforced' : `cell.${cell.ending}`)}
                ${
                  differs(cell, grid.base?.get(key))
                    ? html`<em class="caption">${t('changedCell')}</em>`
                    : nothing
                }
              </span>
            </button>
          </li>`;
        })}
    </ul>`;
}

/** The matrix as sentences: of each source, who it reaches and who not. */
export function twinView(grid: Grid) {
  const { pods, cells, t, base } = grid;
  return html`<div class="twin">
    ${pods.map((from) => {
      const own = pods
        .filter((to) => to !== from)
        .map((to) => [to, cells.get(cellKey(from.pod, to.pod))] as const);
      return html`<h3>${t('source', { name: `${from.short} (${from.namespace})` })}</h3>
        <ul>
          ${own.map(([to, cell]) =>
            cell
              ? html`<li>
                  ${to.short} (${to.namespace}): ${t(`cell.${cell.ending}`)}
                  ${unenforced(cell) ? html`, ${t('unenforced')}` : nothing}
                  ${
                    differs(cell, base?.get(cellKey(from.pod, to.pod)))
                      ? html`, ${t('changedCell')}`
                      : nothing
                  }
                </li>`
              : nothing,
          )}
        </ul>`;
    })}
  </div>`;
}

/** What the glyphs of the cells mean. */
export function legendView(t: MatrixStrings) {
  const shown = ['delivered', 'dropped', 'refused'] as const;
  return html`<ul class="legend" aria-label=${t('legend')}>
    ${shown.map(
      (ending) =>
        html`<li data-ending=${ending}>
          ${unsafeSVG(glyphSvg(glyphOf(ending), 18))} ${t(`cell.${ending}`)}
        </li>`,
    )}
    <li class="gated"><i aria-hidden="true"></i> ${t('unenforced')}</li>
  </ul>`;
}
