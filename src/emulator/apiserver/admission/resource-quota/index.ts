import type { ApiObject } from '../../../apimachinery/object.ts';
import { forbiddenStatus } from '../../../apimachinery/status.ts';
import {
  addAll,
  growth,
  prettyAmounts,
  readAmounts,
  writeAmounts,
  type Usage,
} from '../../../resources/quota/amounts.ts';
import { isInScopes, namesFor, usageOf, type Quota } from '../../../resources/quota/evaluators.ts';
import { missingAmounts, type QuotaPod } from '../../../resources/quota/pods.ts';
import type { ResourceKind } from '../../../resources/kind.ts';
import type { Admission, AdmissionPlugin, Verdict } from '../../admission-order.ts';
import { resourceOf } from '../../route.ts';
import type { Server } from '../../server.ts';
import { entriesAfter, withEntries } from '../../write/finish.ts';

const fine: Verdict = { ok: true };

/**
 * Refuses what a namespace's quotas have no room for, and notes at once what it lets in: the
 * controller counts anew later (`apiserver/pkg/admission/plugin/resourcequota`).
 */
const plugin: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(admission, server) {
    const { kind, object } = admission;
    if (!kind.names.namespaced || kind.names.plural === 'events') return fine;
    const quotaKind = server.byResource.get('resourcequotas');
    if (!quotaKind) return fine;
    const quotas = server.storage.list(quotaKind, object.metadata.namespace) as readonly Quota[];
    if (quotas.length === 0 || !isCounted(admission)) return fine;
    return check(admission, quotas, server, quotaKind);
  },
};

/** Creation counts; of changes only those to Services, claims, and the size of pods. */
function isCounted({ kind, operation, subresource }: Admission): boolean {
  if (operation === 'CREATE') return subresource === undefined;
  if (operation !== 'UPDATE') return false;
  const { plural, group } = kind.names;
  if (plural === 'pods') return subresource === 'resize';
  const updated = plural === 'services' || plural === 'persistentvolumeclaims';
  return group === '' && updated && subresource === undefined;
}

interface Charge {
  readonly quota: Quota;
  readonly used: Usage;
}

function check(
  { kind, object, old }: Admission,
  quotas: readonly Quota[],
  server: Server,
  quotaKind: ResourceKind,
): Verdict {
  const resource = resourceOf(kind);
  const { now } = server.world.clock;
  const refuse = (why: string): Verdict => ({
    ok: false,
    status: forbiddenStatus(kind.names, object.metadata.name ?? '', why),
  });
  const charges: Charge[] = [];
  for (const quota of quotas) {
    const { hard: limits, used: counted } = quota.status ?? {};
    const names = namesFor(resource, Object.keys(limits ?? {}));
    if (names.length === 0 || !isInScopes(quota, resource, object)) continue;
    const { name } = quota.metadata;
    const missing = resource === 'pods' ? missingAmounts(object as QuotaPod, names) : undefined;
    if (missing) return refuse(`failed quota: ${name}: ${missing}`);
    if (names.some((each) => counted?.[each] === undefined)) {
      return refuse(`status unknown for quota: ${name}, resources: ${names.toSorted().join(',')}`);
    }
    const before: Usage = old ? usageOf(resource, old, now) : new Map();
    const more = mask(growth(usageOf(resource, object, now), before), names);
    if (more.size === 0) continue;
    const [hard, used] = [readAmounts(limits), readAmounts(counted)];
    const next = addAll([used, more]);
    const over = [...more.keys()].filter(
      (each) => (next.get(each)?.nano ?? 0n) > (hard.get(each)?.nano ?? 0n),
    );
    if (over.length > 0) {
      const text = (usage: Usage) => prettyAmounts(mask(usage, over));
      const what = `requested: ${text(more)}, used: ${text(used)}, limited: ${text(hard)}`;
      return refuse(`exceeded quota: ${name}, ${what}`);
    }
    charges.push({ quota, used: next });
  }
  return { ok: true, charge: () => charges.forEach((each) => pay(server, quotaKind, each)) };
}

function mask(usage: Usage, names: readonly string[]): Usage {
  return new Map([...usage].filter(([name]) => names.includes(name)));
}

/** Notes in the quota's status what is used from now on. */
function pay(server: Server, kind: ResourceKind, { quota, used }: Charge): void {
  const status = { ...quota.status, used: writeAmounts(used) };
  const next = { ...quota, status } as ApiObject;
  const entries = entriesAfter(server, kind, quota, next, 'kube-apiserver', 'status');
  server.storage.put(kind, withEntries(next, entries), 'kube-apiserver');
}

export default plugin;
