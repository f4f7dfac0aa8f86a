import { html, nothing } from 'lit';
import type { Choice, ModeView, SpreadAnswer } from '../../session/chains/api.ts';
import type { ChainsStrings } from './texts.ts';

/** One mode as a column: what leads in, the choice with its chances, what it ends in. */
export function modeColumn(view: ModeView, sent: SpreadAnswer | undefined, t: ChainsStrings) {
  const walked = view.active && sent ? new Set(sent.last) : new Set<string>();
  const { mode, active, entry, chooses, choices, affinity, refuses } = view;
  // Only iptables counts and tells each rule; a map or a hash table has one entry.
  const entered = active && mode !== 'iptables' && Boolean(sent?.lastReached);
  return html`<section class="mode" data-mode=${mode} data-active=${active} aria-label=${mode}>
    <header>
      <h3>${mode}</h3>
      <span class="caption">${t(`about.${mode}`)}</span>
    </header>
    <p class="state caption" data-active=${active}>${t(active ? 'active' : 'computed')}</p>
    <div class="rail" data-layer="l3">
      ${entry.map(
        ({ place, text, packets }) =>
          html`<div class="card" data-taken=${walked.has(text) || entered}>
            <b>${place}</b>
            <code>${text}</code>
            ${packets === undefined ? nothing : html`<small>${t('hit', { n: packets })}</small>`}
          </div>`,
      )}
      ${entry.length === 0 && refuses.length === 0 ? html`<p>${t('nothing')}</p>` : nothing}
      ${
        refuses.length > 0
          ? html`<p class="how">${t('refuses')}</p>
              ${refuses.map(
                (text) =>
                  html`<div class="card stop" data-taken=${walked.has(text)}>
                    <code>${text}</code>
                  </div>`,
              )}`
          : nothing
      }
    </div>
    ${
      choices.length > 0
        ? html`<div class="rail" data-layer="nat">
            <p class="how">
              <code>${chooses?.place ?? ''}</code>
              <span class="caption">
                ${t(`how.${chooses?.how ?? 'dice'}`, { n: choices.length })}
              </span>
            </p>
            ${
              affinity.length > 0
                ? html`<div class="card">
                    <b>${t('affinity')}</b>
                    ${affinity.map((text) => html`<code>${text}</code>`)}
                  </div>`
                : nothing
            }
            ${choices.map((choice, index) => doorCard(choice, index, view, sent, t))}
          </div>`
        : nothing
    }
  </section>`;
}

function doorCard(
  choice: Choice,
  index: number,
  { choices, chooses, active }: ModeView,
  sent: SpreadAnswer | undefined,
  t: ChainsStrings,
) {
  const { endpoint, by, target, arrives, all, packets } = choice;
  const dice = chooses?.how === 'dice';
  const taken = active && sent?.lastReached === endpoint;
  const rest = dice ? html`<span class="caption">${t('restBy')}</span>` : nothing;
  const chance = by ? html`<code>${by}</code>` : rest;
  const left = choices.length - index;
  const fraction = !dice ? '' : left === 1 && by === '' ? t('rest') : `1/${left}`;
  const count = active && sent ? sent.reached[endpoint] : undefined;
  return html`<div class="card door" data-taken=${taken}>
    <div class="what">
      <p>${fraction ? html`<b class="fraction">${fraction}</b>` : nothing} ${chance}</p>
      ${target.endsWith(endpoint) ? nothing : html`<code>${target}</code>`}
      <code class="end">${endpoint}</code>
      ${taken ? html`<span class="visually-hidden">${t('chosen')}</span>` : nothing}
    </div>
    <div class="odds">
      ${dice ? bar(arrives, t('arrives')) : nothing} ${bar(all, t('all'))}
      <small>
        ${
          count !== undefined && sent && sent.sent > 1
            ? t('ofSent', { n: count, all: sent.sent })
            : packets === undefined
              ? nothing
              : t('hit', { n: packets })
        }
      </small>
    </div>
  </div>`;
}

/** A share as a bar and in words: what comes here and all are always two bars. */
function bar(share: number, name: string) {
  const percent = `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
  return html`<span class="bar">
    <span class="name">${name}</span>
    <span class="track" aria-hidden="true"><i style="width: ${share * 100}%"></i></span>
    <span>${percent}</span>
  </span>`;
}
