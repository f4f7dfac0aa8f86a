import { LitElement, html, nothing } from 'lit';
import type { SessionClient } from '../../session/client.ts';
import type { RulesView, TraceView } from '../../session/protocol.ts';
import './rules.css';

const words = {
  ko: {
    node: '노드',
    find: '찾을 글자',
    all: '규칙 {n}줄',
    some: '규칙 {all}줄 중 {n}줄',
    packets: '이 규칙에 맞은 패킷 {n}개',
    met: '마지막 패킷이 지난 규칙',
    label: '노드의 iptables 규칙',
  },
  en: {
    node: 'Node',
    find: 'Filter',
    all: '{n} rules',
    some: '{n} of {all} rules',
    packets: '{n} packets met this rule',
    met: 'met by the last packet',
    label: 'iptables rules of the node',
  },
} as const;

/** The rules of a node, as its own tools print them; those that the last packet met are marked. */
export class PwRules extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    trace: { attribute: false },
    view: { state: true },
    find: { state: true },
  };
  declare language: 'ko' | 'en';
  declare trace: TraceView | undefined;
  declare view: RulesView | undefined;
  declare find: string;
  private client: SessionClient | undefined;

  constructor() {
    super();
    this.language = 'ko';
    this.find = '';
  }

  protected override createRenderRoot() {
    return this;
  }

  /** Connects to a session; nothing is asked for until the rules are shown. */
  attach(client: SessionClient): void {
    this.client = client;
    client.on('view', ({ view, value }) => {
      if (view === 'rules') this.view = value as unknown as RulesView;
    });
  }

  /** Shows or hides the rules; hidden ones are not read. */
  show(shown: boolean): void {
    this.hidden = !shown;
    if (shown) this.observe(this.view?.node);
    else this.client?.send({ type: 'unobserve', view: 'rules' });
  }

  private observe(node: string | undefined): void {
    this.client?.send({ type: 'observe', view: 'rules', ...(node && { args: { node } }) });
  }

  protected override render() {
    const t = words[this.language];
    const { view } = this;
    if (!view) return nothing;
    const met = new Set(
      this.trace?.hops.filter(({ node }) => node === view.node).map(({ rule }) => rule?.text),
    );
    const all = view.chains.reduce((sum, { rules }) => sum + rules.length, 0);
    const chains = view.chains
      .map((chain) => ({
        ...chain,
        rules: chain.rules.filter(({ text }) => text.includes(this.find)),
      }))
      .filter(({ rules }) => rules.length > 0);
    const shown = chains.reduce((sum, { rules }) => sum + rules.length, 0);
    const count = (shown === all ? t.all : t.some).replace('{all}', String(all));
    return html`<div class="controls">
        <select
          aria-label=${t.node}
          @change=${(event: Event) => this.observe((event.target as HTMLSelectElement).value)}
        >
          ${view.nodes.map(
            (node) => html`<option ?selected=${node === view.node}>${node}</option>`,
          )}
        </select>
        <input
          aria-label=${t.find}
          placeholder=${t.find}
          spellcheck="false"
          autocapitalize="off"
          @input=${(event: Event) => (this.find = (event.target as HTMLInputElement).value)}
        />
        <p class="caption" role="status">${count.replace('{n}', String(shown))}</p>
      </div>
      <div class="list" tabindex="0" role="region" aria-label=${t.label}>
        ${chains.map(
          ({ table, chain, rules }) =>
            html`<h3>${table} · ${chain}</h3>
              <ol>
                ${rules.map(
                  ({ text, packets }) =>
                    html`<li>
                      <span class="packets" title=${t.packets.replace('{n}', String(packets))}>
                        ${packets}
                      </span>
                      ${
                        met.has(text)
                          ? html`<mark>
                              <code>${text}</code>
                              <span class="visually-hidden">${t.met}</span>
                            </mark>`
                          : html`<code>${text}</code>`
                      }
                    </li>`,
                )}
              </ol>`,
        )}
      </div>`;
  }
}

customElements.define('pw-rules', PwRules);
