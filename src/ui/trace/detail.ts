import { html, nothing } from 'lit';
import type { PacketHop, RuleText } from '../../session/trace/api.ts';
import { tracerStrings } from './texts.ts';
import { headRows, titleOf } from './words.ts';

/**
 * What is told of one hop: headers before and after, the rule that decided, connection tracking.
 */
export function hopDetail(hop: PacketHop, number: number, language: 'ko' | 'en', culprit: boolean) {
  const t = tracerStrings(language);
  const rows = headRows(hop, language);
  const { rule } = hop;
  const arrived = hop.kind === 'socket' && hop.way === 'out' && /^delivered/.test(hop.what);
  const table = rule && rule.chain !== 'route' ? t('table', rule as never) : undefined;
  const place = [hop.node, hop.pod, hop.device, table ?? (rule && t('routing'))];
  return html`<section class="detail" tabindex="0" aria-label=${t('headers')}>
    <h3>${titleOf(hop, number, language)}</h3>
    <p class="caption">${place.filter(Boolean).join(' · ')}</p>
    ${culprit ? html`<p class="stop">${t(arrived ? 'noAnswer' : 'culprit')}</p>` : nothing}
    ${hop.asked ? html`<p class="caption">${t('asked')}: <code>${hop.asked}</code></p>` : nothing}
    ${
      hop.kind === 'name'
        ? html`<p>
            <code>${hop.what}</code> ${hop.before.to ? html`(${hop.before.to})` : nothing}
          </p>`
        : html`<table>
            <thead>
              <tr>
                <td></td>
                <th scope="col">${t('before')}</th>
                <th scope="col">${t('after')}</th>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                (row) =>
                  html`<tr data-changed=${row.changed}>
                    <th scope="row">${row.name}</th>
                    <td><code>${row.before}</code></td>
                    <td>
                      ${
                        row.changed
                          ? html`<mark><code>${row.after}</code></mark>`
                          : html`<span class="same">${t('same')}</span>`
                      }
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${rule ? decided(rule, language) : nothing}
    ${hop.kind === 'nat' && hop.way === 'out' && rule ? html`<p>${t('remembered')}</p>` : nothing}
    ${met(hop, language)}
    ${
      hop.conntrack.length > 0
        ? html`<p class="caption">${t('conntrack')}</p>
            ${hop.conntrack.map((line) => html`<pre><code>${line}</code></pre>`)}`
        : nothing
    }
  </section>`;
}

function decided(rule: RuleText, language: 'ko' | 'en') {
  const t = tracerStrings(language);
  const at = rule.text.search(/ -[jg] /);
  const [head, target] = at < 0 ? [rule.text, ''] : [rule.text.slice(0, at), rule.text.slice(at)];
  return html`<p class="caption">${t(rule.chain === 'route' ? 'route' : 'rule')}</p>
    <pre><code>${head}<b>${target}</b></code></pre>`;
}

/** Rules that matched before: their jumps led to the rule that decided. */
function met({ met, rule }: PacketHop, language: 'ko' | 'en') {
  const t = tracerStrings(language);
  const others = met.filter(({ text }) => text !== rule?.text);
  if (others.length === 0) return nothing;
  return html`<details>
    <summary>${t('met', { n: others.length })}</summary>
    <ol>
      ${others.map(
        ({ table, text }) =>
          html`<li><span class="caption">${table}</span> <code>${text}</code></li>`,
      )}
    </ol>
  </details>`;
}
