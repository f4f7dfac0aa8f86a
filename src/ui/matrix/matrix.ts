import { LitElement, html, nothing } from 'lit';
import type { SessionClient } from '../../session/client.ts';
import type { MatrixMoment, MatrixPlan, MatrixPod, MatrixPort } from '../../session/matrix/api.ts';
import { createAsk, type Ask } from '../session/ask.ts';
import type { Language } from '../strings/strings.ts';
import { askToClose, headTools } from '../lens/head.ts';
import { legendView, listView, tableView, twinView, type Grid } from './grid.ts';
import { cellKey, differs, measure, type Cells } from './measure.ts';
import { reasonView } from './reason.ts';
import { matrixStrings, type MatrixStrings } from './texts.ts';
import type { DashToggle } from './toggle.ts';
import './matrix.css';

type Moment = 'now' | 'start' | 'open' | 'pinned' | 'supposed';

/** More pods than that are shown by namespace. */
const MOST = 20;

/**
 * Pods × pods × port: what a real packet does, why by the policies, and what changed since the
 * start or a pinned moment. One tab stop; the arrow keys go from cell to cell.
 */
export class PwMatrix extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    closable: { type: Boolean },
    plan: { state: true },
    port: { state: true },
    moment: { state: true },
    measured: { state: true },
    chosen: { state: true },
    asText: { state: true },
    system: { state: true },
    namespace: { state: true },
    note: { state: true },
    width: { state: true },
  };
  declare language: Language;
  declare closable: boolean;
  declare plan: MatrixPlan | undefined;
  declare port: MatrixPort | undefined;
  declare moment: Moment;
  /** Cells by moment; another port starts anew. */
  declare measured: Readonly<Partial<Record<Moment, Cells>>>;
  declare chosen: string;
  declare asText: boolean;
  declare system: boolean;
  declare namespace: string;
  declare note: string;
  declare width: number;
  private ask: Ask | undefined;
  private observer: ResizeObserver | undefined;
  private supposedText = '';
  private run = 0;

  constructor() {
    super();
    this.language = 'ko';
    this.closable = false;
    this.moment = 'now';
    this.measured = {};
    this.chosen = '';
    this.asText = false;
    this.system = false;
    this.namespace = '';
    this.note = '';
    this.width = 900;
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session; measuring begins when it is shown. */
  attach(client: SessionClient): void {
    this.ask = createAsk(client);
  }

  /** Measures the present anew. */
  shown(): void {
    void this.restart();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => (this.width = entry!.contentRect.width));
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }

  private async restart(): Promise<void> {
    this.plan = await this.ask?.<MatrixPlan>({ about: 'matrix' });
    const { ports = [] } = this.plan ?? {};
    const same = ports.find((each) => sameText(each) === (this.port && sameText(this.port)));
    this.port = same ?? this.port ?? ports[0];
    const { start, pinned } = this.measured;
    this.measured = { ...(start && { start }), ...(pinned && { pinned }) };
    this.moment = 'now';
    await this.fill('now');
    if (!this.measured[this.baseline()]) await this.fill('start');
  }

  private async fill(moment: Moment): Promise<void> {
    const { port, ask } = this;
    if (!ask || !port || this.measured[moment] || moment === 'pinned') return;
    const t = matrixStrings(this.language);
    const pods = this.pods();
    this.run += 1;
    const run = this.run;
    const at: MatrixMoment =
      moment === 'supposed' ? { when: 'supposed', manifest: this.supposedText } : { when: moment };
    const cells = await measure(ask, pods, port, at, (rows) => {
      if (run === this.run) this.note = t('measuring', { n: rows, all: pods.length });
    });
    if (run !== this.run) return;
    this.note = cells ? '' : t('busy');
    if (cells) this.measured = { ...this.measured, [moment]: cells };
  }

  private baseline(): Moment {
    if (this.moment !== 'now') return 'now';
    return this.measured.pinned ? 'pinned' : 'start';
  }

  private pods(): readonly MatrixPod[] {
    const all = (this.plan?.pods ?? []).filter(({ system }) => this.system || !system);
    const own = this.namespace ? all.filter((pod) => pod.namespace === this.namespace) : all;
    return own.slice(0, MOST);
  }

  private async show(moment: Moment): Promise<void> {
    this.moment = moment;
    await this.fill(moment);
  }

  private async change(part: { port?: MatrixPort; system?: boolean; namespace?: string }) {
    this.port = part.port ?? this.port;
    this.system = part.system ?? this.system;
    this.namespace = part.namespace ?? this.namespace;
    this.measured = {};
    this.chosen = '';
    const { moment } = this;
    await this.fill('now');
    await this.show(moment === 'pinned' || moment === 'supposed' ? 'now' : moment);
    if (!this.measured[this.baseline()]) await this.fill('start');
  }

  private pin(): void {
    const { now } = this.measured;
    if (!now) return;
    this.measured = { ...this.measured, pinned: now };
    this.note = matrixStrings(this.language)('pinned');
  }

  private async suppose({ manifest }: DashToggle): Promise<void> {
    this.supposedText = manifest;
    const { supposed: _old, ...rest } = this.measured;
    this.measured = rest;
    await this.show('supposed');
  }

  /** In a narrow place the reason stands below the list: it comes into view. */
  private choose(key: string): void {
    this.chosen = key;
    if (this.width >= 560) return;
    void this.updateComplete.then(() =>
      this.querySelector('.reason')?.scrollIntoView({ block: 'start' }),
    );
  }

  private changes(): number {
    const shown = this.measured[this.moment];
    const base = this.measured[this.baseline()];
    if (!shown || !base) return 0;
    return [...shown].filter(([key, cell]) => differs(cell, base.get(key))).length;
  }

  private keydown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.closable) {
      event.stopPropagation();
      askToClose(this);
      return;
    }
    const cell = (event.target as HTMLElement).closest<HTMLElement>('table .cell');
    if (!cell) return;
    const [down = 0, right = 0] =
      {
        ArrowDown: [1, 0],
        ArrowUp: [-1, 0],
        ArrowRight: [0, 1],
        ArrowLeft: [0, -1],
      }[event.key] ?? [];
    if (down === 0 && right === 0) return;
    event.preventDefault();
    const pods = this.pods().map(({ pod }) => pod);
    const [from = '', to = ''] = (cell.dataset['key'] ?? '').split(' > ');
    let [row, column] = [pods.indexOf(from) + down, pods.indexOf(to) + right];
    // The own cell is passed over.
    if (row === column) [row, column] = [row + down, column + right];
    const key = cellKey(pods[row] ?? '', pods[column] ?? '');
    if (!this.measured[this.moment]?.has(key) || row === column) return;
    this.chosen = key;
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`.cell[data-key="${key}"]`)?.focus(),
    );
  }

  protected override render() {
    const t = matrixStrings(this.language);
    return html`<div class="matrix" @keydown=${(event: KeyboardEvent) => this.keydown(event)}>
      <header class="top">
        <h2 tabindex="-1">${t('title')}</h2>
        ${headTools(this, t)}
      </header>
      ${this.plan ? this.controls(this.plan, t) : nothing}
      <p class="note caption" role="status">${this.note || this.counted(t)}</p>
      ${this.body(t)}
    </div>`;
  }

  private counted(t: MatrixStrings): string {
    const base = this.baseline();
    const n = this.changes();
    if (n === 0 || base === 'open' || base === 'supposed') return '';
    return t('changed', { n, word: t(`changed.${base}`) });
  }

  private controls({ ports, pods }: MatrixPlan, t: MatrixStrings) {
    const moments: Moment[] = [
      ...(['open', 'start'] as const),
      ...(this.measured.pinned ? (['pinned'] as const) : []),
      'now',
      ...(this.moment === 'supposed' ? (['supposed'] as const) : []),
    ];
    const namespaces = [...new Set(pods.map(({ namespace }) => namespace))].sort();
    return html`<div class="ask" role="group" aria-label=${t('form')}>
      <div class="switch" role="group" aria-label=${t('port')}>
        ${ports.slice(0, 5).map((port) => {
          const on = this.port !== undefined && sameText(this.port) === sameText(port);
          return html`<button
            type="button"
            aria-pressed=${on}
            @click=${() => void this.change({ port })}
          >
            ${sameText(port)}
          </button>`;
        })}
      </div>
      <div class="switch" role="group" aria-label=${t('moment')}>
        ${moments.map(
          (moment) =>
            html`<button
              type="button"
              data-moment=${moment}
              aria-pressed=${moment === this.moment}
              @click=${() => void this.show(moment)}
            >
              ${t(`moment.${moment}`)}
            </button>`,
        )}
      </div>
      <button type="button" class="button small" data-act="pin" @click=${() => this.pin()}>
        ${t('pin')}
      </button>
      <button
        type="button"
        class="button small"
        data-act="again"
        @click=${() => void this.restart()}
      >
        ${t('again')}
      </button>
      <label class="caption">
        ${t('namespace')}
        <select
          @change=${(event: Event) =>
            void this.change({ namespace: (event.target as HTMLSelectElement).value })}
        >
          <option value="">${t('everything')}</option>
          ${namespaces.map(
            (name) => html`<option ?selected=${name === this.namespace}>${name}</option>`,
          )}
        </select>
      </label>
      <label class="caption check">
        <input
          type="checkbox"
          .checked=${this.system}
          @change=${(event: Event) =>
            void this.change({ system: (event.target as HTMLInputElement).checked })}
        />
        ${t('system')}
      </label>
    </div>`;
  }

  private body(t: MatrixStrings) {
    const { plan, port } = this;
    const cells = this.measured[this.moment];
    if (!plan || !port) return html`<div class="blank" aria-busy="true"></div>`;
    const pods = this.pods();
    if (pods.length === 0) return html`<p>${t('none')}</p>`;
    const first = pods.length > 1 ? cellKey(pods[0]!.pod, pods[1]!.pod) : '';
    const grid: Grid = {
      ...{ pods, port, t, cells: cells ?? new Map(), base: this.measured[this.baseline()] },
      chosen: this.chosen || first,
      choose: (key) => this.choose(key),
    };
    if (this.asText) return twinView(grid);
    const narrow = this.width < 560;
    const from = pods.find(({ pod }) => this.chosen.startsWith(`${pod} > `)) ?? pods[0]!;
    return html`<div class="body" data-wide=${this.width >= 900}>
      <div class="left">
        ${
          narrow
            ? listView(grid, from, (pod) => {
                const to = pods.find((each) => each.pod !== pod);
                this.chosen = to ? cellKey(pod, to.pod) : '';
              })
            : tableView(grid)
        }
        ${legendView(t)}
      </div>
      ${this.reason(grid, plan)}
    </div>`;
  }

  private reason(grid: Grid, plan: MatrixPlan) {
    const { t, pods, port, cells } = grid;
    const cell = cells.get(this.chosen);
    const [a, b] = this.chosen.split(' > ');
    const from = pods.find(({ pod }) => pod === a);
    const to = pods.find(({ pod }) => pod === b);
    if (!cell || !from || !to) return html`<p class="pick">${t('pick')}</p>`;
    const detail = { from: from.pod, to: to.address, ...port };
    return reasonView({
      ...{ from, to, port, cell, plan, t },
      changes: this.moment === 'supposed' ? this.changes() : undefined,
      follow: () => this.dispatchEvent(new CustomEvent('pw-trace', { bubbles: true, detail })),
      toggle: (toggle) => void this.suppose(toggle),
    });
  }
}

const sameText = ({ protocol, port }: MatrixPort) => `${protocol} ${port}`;

customElements.define('pw-matrix', PwMatrix);
