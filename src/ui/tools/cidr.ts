import { LitElement, html, nothing } from 'lit';
import type { Language } from '../strings/strings.ts';
import { overlap, planPods, planServices, readBlock, show, type Block } from './cidr-math.ts';
import { field, heading, select } from './field.ts';
import { toolStrings, type ToolStrings } from './texts.ts';
import './tools.css';

const start = {
  4: { node: '192.168.49.0/24', pods: '10.244.0.0/16', services: '10.96.0.0/12', mask: '24' },
  6: {
    ...{ node: '2001:db8:49::/64', pods: 'fd00:10:244::/56' },
    ...{ services: 'fd00:10:96::/112', mask: '64' },
  },
} as const;

type Ranges = Readonly<Record<'node' | 'pods' | 'services', string>>;
const names = ['node', 'pods', 'services'] as const;

/** Plans the ranges of a cluster: whether they overlap, how much fits, what each node gets. */
export class PwCidr extends LitElement {
  static override properties = {
    language: { attribute: 'language' },
    family: { state: true },
    ranges: { state: true },
    mask: { state: true },
    nodes: { state: true },
    perNode: { state: true },
  };
  declare language: Language;
  declare family: 4 | 6;
  declare ranges: Ranges;
  declare mask: string;
  declare nodes: string;
  declare perNode: string;

  constructor() {
    super();
    this.language = 'ko';
    this.nodes = '3';
    this.perNode = '110';
    this.family = 4;
    this.ranges = start[4];
    this.mask = start[4].mask;
  }

  protected override createRenderRoot() {
    return this;
  }

  private turnTo(family: 4 | 6): void {
    this.family = family;
    this.ranges = start[family];
    this.mask = start[family].mask;
  }

  protected override render() {
    const t = toolStrings(this.language);
    const blocks = names.map((name) => [name, readBlock(this.ranges[name])] as const);
    const bad = blocks.find(([, block]) => !block || block.family !== this.family);
    return html`<div class="tool">
      <form aria-label=${t('cidr.form')} @submit=${(event: Event) => event.preventDefault()}>
        ${select(
          t('cidr.family'),
          [
            ['4', 'IPv4'],
            ['6', 'IPv6'],
          ],
          String(this.family),
          (value) => this.turnTo(value === '6' ? 6 : 4),
          'family',
        )}
        ${names.map((name) =>
          field(
            t(`cidr.${name}`),
            this.ranges[name],
            (value) => (this.ranges = { ...this.ranges, [name]: value }),
            { key: name },
          ),
        )}
        ${field(t('cidr.mask'), this.mask, (value) => (this.mask = value), {
          ...{ number: true, key: 'mask' },
        })}
        ${field(t('cidr.nodes'), this.nodes, (value) => (this.nodes = value), {
          ...{ number: true, key: 'nodes' },
        })}
        ${field(t('cidr.perNode'), this.perNode, (value) => (this.perNode = value), {
          ...{ number: true, key: 'perNode' },
        })}
      </form>
      <div class="result" role="status">
        ${
          bad
            ? html`<p class="stop">
                ${t('cidr.bad', { name: t(`cidr.name.${bad[0]}`), value: this.ranges[bad[0]] })}
              </p>`
            : this.planned(blocks as readonly (readonly [(typeof names)[number], Block])[], t)
        }
      </div>
    </div>`;
  }

  private planned(blocks: readonly (readonly [(typeof names)[number], Block])[], t: ToolStrings) {
    return html`<section>
        ${heading(t('cidr.map'))} ${overlapMap(blocks, t)} ${overlaps(blocks, t)}
      </section>
      ${this.capacity(blocks[1]![1], blocks[2]![1], t)}`;
  }

  private capacity(pods: Block, services: Block, t: ToolStrings) {
    const wish = {
      ...{ pods, nodeMask: whole(this.mask), nodes: whole(this.nodes) },
      podsPerNode: whole(this.perNode),
    };
    const plan = planPods(wish);
    const { usable, byHand, tooLarge } = planServices(services);
    const big = (n: bigint) => n.toLocaleString(this.language);
    if (plan === 'mask') return html`<p class="stop">${t('cidr.badMask', { mask: this.mask })}</p>`;
    if (plan === 'many') return html`<p class="stop">${t('cidr.badMany')}</p>`;
    const word = (enough: boolean) => t(enough ? 'cidr.enough' : 'cidr.short');
    const left = plan.nodeBlocks - BigInt(plan.first.length);
    return html`<section>
        ${heading(t('cidr.capacity'))}
        <dl>
          ${row(
            t('cidr.blocks'),
            t('cidr.blocksValue', {
              ...{ n: big(plan.nodeBlocks), nodes: wish.nodes, word: word(plan.enoughNodes) },
            }),
            plan.enoughNodes,
          )}
          ${row(
            t('cidr.addresses'),
            t('cidr.addressesValue', {
              ...{ n: big(plan.podsByAddress), wish: wish.podsPerNode },
              word: word(plan.enoughPods),
            }),
            plan.enoughPods,
          )}
          ${row(t('cidr.all'), big(plan.podsInAll), true)}
          ${row(t('cidr.services.usable'), big(usable), !tooLarge)}
          ${row(t('cidr.byHand'), big(byHand), true)}
        </dl>
        ${tooLarge ? html`<p class="stop">${t('cidr.tooLarge')}</p>` : nothing}
      </section>
      <section>
        ${heading(t('cidr.perNodeList'))}
        <ol>
          ${plan.first.map((text) => html`<li><code>${text}</code></li>`)}
        </ol>
        ${left > 0n ? html`<p class="caption">${t('cidr.more', { n: big(left) })}</p>` : nothing}
      </section>`;
  }
}

const whole = (text: string) => Math.max(0, Math.floor(Number(text) || 0));

function row(name: string, value: string, good: boolean) {
  return html`<div>
    <dt>${name}</dt>
    <dd data-good=${good}>${value}</dd>
  </div>`;
}

/**
 * Ranges on one line of addresses. The line is drawn by the number of bits, not of addresses: a /24
 * beside a /12 could not be seen.
 */
function overlapMap(blocks: readonly (readonly [(typeof names)[number], Block])[], t: ToolStrings) {
  const ranges = blocks.map(([, block]) => block);
  const place = scale(ranges);
  const hit = (block: Block) => ranges.some((other) => other !== block && overlap(other, block));
  return html`<div class="map" aria-hidden="true">
    ${blocks.map(([name, block]) => {
      const left = place(block.first);
      return html`<div class="lane">
        <span>${t(`cidr.name.${name}`)}</span>
        <span class="track">
          <i
            data-hit=${hit(block)}
            style="left: ${left}%; width: ${place(block.last + 1n) - left}%"
          ></i>
        </span>
        <code>${show(block.first, block.family)} – ${show(block.last, block.family)}</code>
      </div>`;
    })}
  </div>`;
}

/** Gaps are all drawn this wide, in bits. */
const GAP_BITS = 4;

/** Where an edge of a range stands, in percent of the line. */
function scale(ranges: readonly Block[]): (edge: bigint) => number {
  const edges = [...new Set(ranges.flatMap(({ first, last }) => [first, last + 1n]))];
  edges.sort((a, b) => (a < b ? -1 : 1));
  const at = new Map<bigint, number>();
  let sum = 0;
  edges.forEach((edge, index) => {
    at.set(edge, sum);
    const next = edges[index + 1];
    if (next === undefined) return;
    const covered = ranges.some(({ first, last }) => first <= edge && edge <= last);
    sum += covered ? (next - edge).toString(2).length : GAP_BITS;
  });
  return (edge) => Math.round(((at.get(edge) ?? 0) / sum) * 1_000) / 10;
}

function overlaps(blocks: readonly (readonly [(typeof names)[number], Block])[], t: ToolStrings) {
  const pairs = blocks.flatMap(([a, one], index) =>
    blocks
      .slice(index + 1)
      .filter(([, other]) => overlap(one, other))
      .map(([b]) => ({ a: t(`cidr.name.${a}`), b: t(`cidr.name.${b}`) })),
  );
  if (pairs.length === 0) return html`<p class="ok">${t('cidr.clear')}</p>`;
  return pairs.map((pair) => html`<p class="stop">${t('cidr.overlap', pair)}</p>`);
}

customElements.define('pw-cidr', PwCidr);
