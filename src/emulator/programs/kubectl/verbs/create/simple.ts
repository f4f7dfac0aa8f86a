import { parseSelector } from '../../../../apimachinery/selector.ts';
import { failed } from '../../failure.ts';
import type { Generator } from '../../generator.ts';
import { quantities } from '../../quantities.ts';

const DRY = '[--dry-run=server|client|none]';

/** `key=value` pairs joined by commas. */
function pairs(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [key = '', ...rest] = part.split('=');
    if (rest.length !== 1) {
      throw failed(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    result[key.trim()] = (rest[0] as string).trim();
  }
  return result;
}

/** A selector text as the object that Kubernetes keeps (`metav1.ParseToLabelSelector`). */
function labelSelector(text: string): object {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw failed(parsed.error);
  const names: Readonly<Record<string, string>> = {
    in: 'In',
    notin: 'NotIn',
    exists: 'Exists',
    '!': 'DoesNotExist',
  };
  const matchLabels: Record<string, string> = {};
  const matchExpressions: object[] = [];
  for (const { key, operator, values } of parsed.value) {
    if (operator === '=' || operator === '==') matchLabels[key] = values[0] ?? '';
    else if (names[operator]) {
      matchExpressions.push({
        key,
        operator: names[operator],
        ...(values.length > 0 && { values: [...values].sort() }),
      });
    } else throw failed(`"${operator}" is not a valid label selector operator`);
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}

const intOrPercent = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);

/** Generators of kinds that hardly have flags. */
export const simpleGenerators: readonly Generator[] = [
  {
    name: 'namespace',
    aliases: ['ns'],
    use: `create namespace NAME ${DRY}`,
    short: 'Create a namespace with the specified name',
    flags: '',
    namespaced: false,
    *build(_context, name) {
      return { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} };
    },
  },
  {
    name: 'serviceaccount',
    aliases: ['sa'],
    use: `create serviceaccount NAME ${DRY}`,
    short: 'Create a service account with the specified name',
    flags: '',
    namespaced: true,
    failure: 'failed to create serviceaccount: ',
    *build(_context, name) {
      return { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name } };
    },
  },
  {
    name: 'quota',
    aliases: ['resourcequota'],
    use: `create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] ${DRY}`,
    short: 'Create a quota with the specified name',
    flags: "hard='' scopes=''",
    namespaced: true,
    failure: 'failed to create quota: ',
    *build({ flags }, name) {
      const hard = quantities(pairs(flags.text('hard')));
      const scopes = flags
        .text('scopes')
        .split(',')
        .filter((scope) => scope !== '');
      return {
        kind: 'ResourceQuota',
        apiVersion: 'v1',
        metadata: { name },
        spec: {
          ...(Object.keys(hard).length > 0 && { hard }),
          ...(scopes.length > 0 && { scopes }),
        },
        status: {},
      };
    },
  },
  {
    name: 'priorityclass',
    aliases: ['pc'],
    use: `create priorityclass NAME --value=VALUE --global-default=BOOL ${DRY}`,
    short: 'Create a priority class with the specified name',
    flags: "description='' global-default=false preemption-policy='PreemptLowerPriority' value=0",
    namespaced: false,
    failure: 'failed to create priorityclass: ',
    *build({ flags }, name) {
      return {
        kind: 'PriorityClass',
        apiVersion: 'scheduling.k8s.io/v1',
        metadata: { name },
        value: flags.number('value'),
        ...(flags.on('global-default') && { globalDefault: true }),
        ...(flags.text('description') && { description: flags.text('description') }),
        preemptionPolicy: flags.text('preemption-policy'),
      };
    },
  },
  {
    name: 'poddisruptionbudget',
    aliases: ['pdb'],
    use: `create poddisruptionbudget NAME --selector=SELECTOR --min-available=N ${DRY}`,
    short: 'Create a pod disruption budget with the specified name',
    flags: "max-unavailable='' min-available='' selector=''",
    namespaced: true,
    failure: 'failed to create poddisruptionbudgets: ',
    *build({ flags }, name) {
      const [least, most] = [flags.text('min-available'), flags.text('max-unavailable')];
      if (flags.text('selector') === '') throw failed('a selector must be specified');
      if (least === '' && most === '') {
        throw failed('one of min-available or max-unavailable must be specified');
      }
      if (least !== '' && most !== '') {
        throw failed('min-available and max-unavailable cannot be both specified');
      }
      for (const [flag, text] of [
        ['min-available', least],
        ['max-unavailable', most],
      ] as const) {
        if (text !== '' && !/^[0-9]+%?$/.test(text)) {
          throw failed(`invalid format specified for ${flag}`);
        }
      }
      return {
        kind: 'PodDisruptionBudget',
        apiVersion: 'policy/v1',
        metadata: { name },
        spec: {
          ...(least !== '' && { minAvailable: intOrPercent(least) }),
          selector: labelSelector(flags.text('selector')),
          ...(most !== '' && { maxUnavailable: intOrPercent(most) }),
        },
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
      };
    },
  },
];
