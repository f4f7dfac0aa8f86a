import { parseCidr, type Cidr } from '../cidr.ts';
import { numberOf } from '../protocols.ts';
import type { NetworkPolicyObject } from '../kinds/networkpolicy.ts';
import type {
  Action,
  Entity,
  Policy,
  PolicyPod,
  PortMatch,
  Rule,
  Selection,
  Tier,
} from '../types.ts';
import type { Labels } from '../../apimachinery/object.ts';
import { convertNetworkPolicy, KNP, type Origin } from './convert.ts';
import { parseSelector, selects, selectorText, withPrefix } from './selector.ts';
import type {
  CalicoPolicyObject,
  CalicoPort,
  CalicoRule,
  EntityRule,
  TierObject,
} from './shapes.ts';

const NAMESPACE = 'projectcalico.org/namespace';
const SERVICE_ACCOUNT = 'projectcalico.org/serviceaccount';

/** All that Calico enforces in a cluster. */
export interface CalicoInput {
  /** NetworkPolicies of Kubernetes. */
  readonly networkPolicies: readonly NetworkPolicyObject[];
  /** Calico's NetworkPolicies and GlobalNetworkPolicies. */
  readonly policies: readonly CalicoPolicyObject[];
  readonly tiers?: readonly TierObject[];
}

/**
 * Policies as Calico asks them. Those of Kubernetes stand in the tier `default` with order 1000.
 * A policy whose selector does not parse, or whose tier is not there, is left out.
 */
export function calicoPolicies({ networkPolicies, policies, tiers = [] }: CalicoInput): Policy[] {
  const known = new Map<string, Tier>([
    ['default', { name: 'default', order: 1_000_000, default: 'Deny' }],
    ...tiers.map(({ metadata: { name }, spec }): [string, Tier] => [
      name,
      { name, order: spec?.order ?? Infinity, default: spec?.defaultAction ?? 'Deny' },
    ]),
  ]);
  const converted = networkPolicies.map((object) => {
    const { policy, ingress, egress } = convertNetworkPolicy(object);
    return policyOf(policy, known, { ingress, egress });
  });
  const own = policies
    .filter(({ spec }) => !spec.doNotTrack && !spec.preDNAT)
    .map((policy) => policyOf(policy, known));
  return [...converted, ...own].filter((policy): policy is Policy => policy !== undefined);
}

function policyOf(
  object: CalicoPolicyObject,
  tiers: ReadonlyMap<string, Tier>,
  origins?: { readonly ingress: readonly Origin[]; readonly egress: readonly Origin[] },
): Policy | undefined {
  const { metadata, spec } = object;
  const { name, namespace } = metadata;
  const subject = selectionOf(subjectText(object));
  const tier = tiers.get(spec.tier ?? 'default');
  if (!subject || !tier) return undefined;
  const types = spec.types ?? ['Ingress', 'Egress'];
  const rules = (of: readonly CalicoRule[] | undefined, at: readonly Origin[] | undefined) =>
    (of ?? []).map((rule, index) => ruleOf(rule, at?.[index] ?? { rule: index + 1 }, namespace));
  return {
    kind: origins ? 'NetworkPolicy' : object.kind,
    name: origins ? name.slice(KNP.length) : name,
    id: namespace === undefined ? name : `${namespace}/${name}`,
    ...(namespace === undefined ? {} : { namespace }),
    tier,
    ...(spec.order === undefined ? {} : { order: spec.order }),
    subject,
    ...(types.includes('Ingress') ? { ingress: rules(spec.ingress, origins?.ingress) } : {}),
    ...(types.includes('Egress') ? { egress: rules(spec.egress, origins?.egress) } : {}),
  };
}

/** The selector of a policy's pods, with its namespace and service accounts put in. */
function subjectText({ metadata, spec }: CalicoPolicyObject): string {
  const { namespace } = metadata;
  let text = spec.selector ?? '';
  if (namespace !== undefined) {
    const own = `${NAMESPACE} == '${namespace}'`;
    text = text === '' ? own : `(${text}) && ${own}`;
  } else text = appended(text, namespaces(spec.namespaceSelector));
  return appended(text, prefixed(spec.serviceAccountSelector, 'pcsa.'));
}

const appended = (text: string, more: string | undefined) =>
  more === undefined ? text : text === '' ? more : `(${text}) && ${more}`;

function prefixed(text: string | undefined, prefix: string): string | undefined {
  if (!text) return undefined;
  const parsed = parseSelector(text);
  return 'error' in parsed ? text : selectorText(withPrefix(parsed, prefix));
}

/** All namespaces, or none: what is in one has a label that tells it. */
function namespaces(text: string | undefined): string | undefined {
  return prefixed(text, 'pcns.')
    ?.replaceAll('all()', `has(${NAMESPACE})`)
    .replaceAll('global()', `!has(${NAMESPACE})`);
}

const ACTIONS: Readonly<Record<CalicoRule['action'], Action>> = {
  Allow: 'Allow',
  Deny: 'Deny',
  Pass: 'Pass',
  Log: 'Log',
};

function ruleOf(rule: CalicoRule, origin: Origin, namespace: string | undefined): Rule {
  const protocol = rule.protocol ?? undefined;
  const name = rule.metadata?.annotations?.['name'];
  return {
    action: ACTIONS[rule.action] ?? 'Allow',
    ...origin,
    ...(name === undefined ? {} : { name }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(rule.notProtocol === undefined ? {} : { notProtocol: rule.notProtocol }),
    ...(rule.ipVersion === undefined ? {} : { ipVersion: rule.ipVersion }),
    ...(rule.icmp ? { icmp: rule.icmp } : {}),
    ...(rule.notICMP ? { notIcmp: rule.notICMP } : {}),
    source: entityOf(rule.source ?? {}, namespace),
    destination: entityOf(rule.destination ?? {}, namespace),
  };
}

function entityOf(entity: EntityRule, namespace: string | undefined): Entity {
  let positive = entityText(entity, namespace);
  let negative = entity.notSelector ?? '';
  if (positive !== '' && negative !== '') {
    positive = `(${positive}) && (!(${negative}))`;
    negative = '';
  }
  const selection = positive === '' ? undefined : selectionOf(positive);
  const notSelection = negative === '' ? undefined : selectionOf(negative);
  const broken = (positive !== '' && !selection) || (negative !== '' && !notSelection);
  const cidrs = (texts: readonly string[]) =>
    texts.map(parseCidr).filter((net): net is Cidr => net !== undefined);
  return {
    ...(selection ? { selection } : {}),
    ...(notSelection ? { notSelection } : {}),
    ...(entity.nets?.length ? { nets: cidrs(entity.nets) } : {}),
    ...(entity.notNets?.length ? { notNets: cidrs(entity.notNets) } : {}),
    ...(entity.ports?.length ? { ports: entity.ports.map(portOf) } : {}),
    ...(entity.notPorts?.length ? { notPorts: entity.notPorts.map(portOf) } : {}),
    ...(entity.domains?.length ? { domains: entity.domains } : {}),
    // Endpoints of a Service are not looked up here: such a rule closes rather than opens.
    ...(broken || entity.services ? { nothing: true } : {}),
  };
}

/** The one selector of a side: namespaces, service accounts and endpoints together. */
function entityText(entity: EntityRule, namespace: string | undefined): string {
  const { namespaceSelector, selector = '', notSelector = '', serviceAccounts } = entity;
  const own = namespace === undefined ? undefined : `${NAMESPACE} == '${namespace}'`;
  const within = namespaceSelector ? namespaces(namespaceSelector) : own;
  const accounts = serviceAccounts ? accountsText(serviceAccounts) : '';
  const parts = [accounts, selector].filter((part) => part !== '');
  const text = parts.length < 2 ? (parts[0] ?? '') : `(${parts.join(') && (')})`;
  const asked = text !== '' || notSelector !== '' || namespaceSelector;
  if (within === undefined || !asked) return text;
  return text === '' ? within : `(${within}) && (${text})`;
}

function accountsText({
  names = [],
  selector,
}: NonNullable<EntityRule['serviceAccounts']>): string {
  const labels = prefixed(selector, 'pcsa.') ?? '';
  if (names.length === 0) return labels;
  const list = [...new Set(names)].sort().map((name) => `"${name}"`);
  const named = `${SERVICE_ACCOUNT} in {${list.join(', ')}}`;
  return labels === '' ? named : `(${labels}) && (${named})`;
}

function portOf(port: CalicoPort): PortMatch {
  const found = /^(\d+)(?::(\d+))?$/.exec(String(port));
  if (!found) return { name: String(port) };
  return { from: Number(found[1]), to: Number(found[2] ?? found[1]) };
}

/** A selector as a set of pods; its key is the text that Calico hashes. Undefined: no selector. */
export function selectionOf(text: string): Selection | undefined {
  const selector = parseSelector(text);
  if ('error' in selector) return undefined;
  return {
    key: selectorText(selector),
    test: (pod, namespace) => selects(selector, (label) => labelOf(pod, namespace, label)),
  };
}

/** A label of a pod as Calico has it: its own, and those of its namespace and service account. */
export function labelOf(pod: PolicyPod, namespace: Labels, label: string): string | undefined {
  const own = (labels: Labels, name: string) =>
    Object.hasOwn(labels, name) ? labels[name] : undefined;
  if (label.startsWith('pcns.')) {
    const name = label.slice('pcns.'.length);
    return name === 'projectcalico.org/name' ? pod.namespace : own(namespace, name);
  }
  if (label.startsWith('pcsa.')) {
    const name = label.slice('pcsa.'.length);
    if (name === 'projectcalico.org/name') return pod.serviceAccount;
    return own(pod.serviceAccountLabels ?? {}, name);
  }
  if (label === NAMESPACE) return pod.namespace;
  if (label === 'projectcalico.org/orchestrator') return 'k8s';
  if (label === SERVICE_ACCOUNT) return pod.serviceAccount ?? 'default';
  return own(pod.labels, label);
}

/** Whether a protocol has ports that named ports can be looked up for. */
export function portProtocol(protocol: string | number | undefined): 'tcp' | 'udp' | 'sctp' {
  const number = protocol === undefined ? 6 : numberOf(protocol);
  return number === 17 ? 'udp' : number === 132 ? 'sctp' : 'tcp';
}
