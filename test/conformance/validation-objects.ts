// Validation of whole objects and of their parts (suite conformance/validation). A new object is
// judged as a client meets it, after defaulting; a change as the validation function is called.
// The order of the messages counts; upstream says some of them twice.
import { errorText, type FieldError } from '../../src/emulator/apimachinery/field-error.ts';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import { kinds } from '../../src/emulator/resources/catalog.ts';
import { validateEndpointIP } from '../../src/emulator/resources/endpoint-ip.ts';
import type { Surroundings } from '../../src/emulator/resources/kind.ts';
import { validateMetadata, validateMetadataUpdate } from '../../src/emulator/resources/metadata.ts';
import { validateContainerPorts } from '../../src/emulator/resources/pod-template/validate.ts';
import {
  validateDnsConfig,
  validateDnsPolicy,
} from '../../src/emulator/resources/pod-template/validate-dns.ts';
import { validateExternalTraffic } from '../../src/emulator/resources/service/validate.ts';
import { validateLoadBalancerStatus } from '../../src/emulator/resources/service/validate-load-balancer.ts';
import type { Service } from '../../src/emulator/resources/service/shapes.ts';
import { validateRuleValue } from '../../src/emulator/resources/ingress/validate.ts';
import { createChance } from '../../src/emulator/world/chance.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly function: string;
  readonly operation?: 'create' | 'update' | 'statusUpdate';
  readonly object?: ApiObject;
  readonly oldObject?: ApiObject;
  readonly errors: readonly { readonly message: string }[];
  readonly afterDefaulting?: { readonly errors: readonly { readonly message: string }[] };
  readonly fieldPath?: string;
  readonly [field: string]: unknown;
}

export const handles = (path: string) =>
  /validation\/\w+\.json$/.test(path) && !/\/(strings|labels)\.json$/.test(path);

const around: Surroundings = {
  now: 0,
  chance: createChance(1),
  dryRun: false,
  list: () => [],
  get: () => undefined,
  settings: {
    serviceCidrs: ['10.96.0.0/12'],
    podCidrs: ['10.244.0.0/16'],
    nodePortRange: [30_000, 32_767],
    clusterDomain: 'cluster.local',
    version: 'v1.36.2',
  },
};

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  for (const each of file.cases) {
    const found = each.object ? objectErrors(each, each.object) : partErrors(each);
    if (!found) {
      yield { id: each.id, outcome: 'unsupported' };
      continue;
    }
    const judged = each.operation === 'create' && each.afterDefaulting;
    const wanted = unique((judged || each).errors.map(({ message }) => message));
    const got = unique(found.map(errorText));
    const same = JSON.stringify(wanted) === JSON.stringify(got);
    const detail = `expected ${JSON.stringify(wanted)}\n     got ${JSON.stringify(got)}`;
    yield { id: each.id, outcome: same ? 'pass' : 'fail', detail };
  }
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

function objectErrors(each: Case, object: ApiObject): readonly FieldError[] | undefined {
  const kind = kinds.find(({ names }) => names.kind === object.kind);
  if (!kind) return undefined;
  const old = each.oldObject;
  if (!old) {
    const filled = kind.defaults(object);
    return [...validateMetadata(kind, filled), ...kind.validate(filled, undefined, around)];
  }
  const own =
    each.operation === 'statusUpdate'
      ? (kind.validateStatus?.(object, old) ?? [])
      : kind.validate(object, old, around);
  return [...validateMetadataUpdate(object, old), ...own];
}

function partErrors(each: Case): readonly FieldError[] | undefined {
  const path = each.fieldPath ?? '';
  switch (each.function) {
    case 'ValidateEndpointIP':
      return validateEndpointIP(each['ip'] as string, path);
    case 'validateContainerPorts':
      return validateContainerPorts(each['ports'] as never, path, false);
    case 'validatePodDNSConfig':
      return validateDnsConfig(
        each['dnsConfig'] as never,
        (each['dnsPolicy'] as string | null) ?? undefined,
        path,
        // The gate's own test has the gate off where it names no option.
        !/RelaxedSearch/.test(each.id) || each['options'] !== undefined,
      );
    case 'validateDNSPolicy':
      return validateDnsPolicy((each['dnsPolicy'] as string | null) ?? undefined, path);
    case 'validateIngressRuleValue':
      return validateRuleValue(each['ruleValue'] as never, path);
    case 'validateServiceExternalTrafficPolicy':
      return validateExternalTraffic((each['service'] as Service).spec);
    case 'ValidateLoadBalancerStatus': {
      const ingress = (field: string) =>
        (each[field] as { readonly ingress?: readonly object[] }).ingress ?? [];
      const spec = each['serviceSpec'] as Service['spec'];
      return validateLoadBalancerStatus(ingress('status'), ingress('oldStatus'), spec, path);
    }
    default:
      return undefined;
  }
}
