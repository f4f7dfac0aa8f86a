import { parseSelector } from '../../../../apimachinery/selector.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { atoi, parseDuration } from '../../go.ts';
import type { Json } from '../../../../world/json.ts';
import { isReverse, normalizeHost, originsOf } from '../../zones.ts';

export type PodMode = 'disabled' | 'insecure' | 'verified';

export interface KubernetesConfig {
  readonly [name: string]: Json | undefined;
  readonly zones: readonly string[];
  readonly primary: string;
  readonly podMode: PodMode;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly labels?: string;
  readonly namespaceLabels?: string;
  readonly endpoint?: string;
  readonly podNames: boolean;
  readonly ttl: number;
  readonly endpoints: boolean;
  readonly ignoreEmpty: boolean;
  readonly startupTimeout: number;
  readonly multicluster: readonly string[];
  /** Zones whose unknown names go on to the next plugin; null: none. */
  readonly fall: readonly string[] | null;
}

type Draft = { -readonly [Key in keyof KubernetesConfig]: KubernetesConfig[Key] };

/** Reads the kubernetes stanza; only one is allowed. */
export function readKubernetes(c: Controller): KubernetesConfig | ConfigError {
  let config: KubernetesConfig | ConfigError | undefined;
  while (c.next()) {
    if (config) return { error: 'this plugin can only be used once per Server Block' };
    config = readStanza(c);
    if (isError(config)) return config;
  }
  return config ?? { error: 'no stanza' };
}

function readStanza(c: Controller): KubernetesConfig | ConfigError {
  const zones = originsOf(c.remainingArgs(), c.keys);
  const primary = zones.find((zone) => !isReverse(zone));
  if (primary === undefined) return { error: 'non-reverse zone name must be used' };
  const draft: Draft = {
    zones,
    primary,
    podMode: 'disabled',
    namespaces: [],
    podNames: false,
    ttl: 5,
    endpoints: true,
    ignoreEmpty: false,
    startupTimeout: 5_000_000,
    multicluster: [],
    fall: null,
  };
  while (c.nextBlock()) {
    const failed = readChoice(c, draft) ?? readOption(c, draft);
    if (failed && failed !== 'done') return failed;
  }
  if (draft.namespaces.length > 0 && draft.namespaceLabels !== undefined) {
    return c.err('namespaces and namespace_labels cannot both be set');
  }
  for (const zone of draft.multicluster) {
    if (zones.includes(zone)) continue;
    return c.err(`is not authoritative for the multicluster zone ${zone}`);
  }
  return draft;
}

type Read = ConfigError | 'done' | undefined;

function readChoice(c: Controller, draft: Draft): Read {
  switch (c.val()) {
    case 'endpoint_pod_names':
      if (c.remainingArgs().length > 0) return c.argErr();
      draft.podNames = true;
      return 'done';
    case 'pods': {
      const args = c.remainingArgs();
      if (args.length !== 1) return c.argErr();
      const [mode = ''] = args;
      if (mode !== 'disabled' && mode !== 'insecure' && mode !== 'verified') {
        return {
          error: `wrong value for pods: ${mode},  must be one of: disabled, verified, insecure`,
        };
      }
      draft.podMode = mode;
      return 'done';
    }
    case 'namespaces': {
      const args = c.remainingArgs();
      if (args.length === 0) return c.argErr();
      draft.namespaces = [...draft.namespaces, ...args];
      return 'done';
    }
    case 'labels':
    case 'namespace_labels': {
      const word = c.val();
      const text = c.remainingArgs();
      if (text.length === 0) return c.argErr();
      const problem = parseSelector(text.join(' '));
      const kind = word === 'labels' ? 'label' : 'namespace_label';
      if (!problem.ok) {
        return {
          error:
            `unable to parse ${kind} selector value: '${text.join(' ')}': ` +
            `couldn't parse the selector string ` +
            `${JSON.stringify(text.join(' '))}: ${problem.error}`,
        };
      }
      draft[word === 'labels' ? 'labels' : 'namespaceLabels'] = text.join(' ');
      return 'done';
    }
    case 'noendpoints':
      if (c.remainingArgs().length > 0) return c.argErr();
      draft.endpoints = false;
      return 'done';
    default:
      return undefined;
  }
}

function readOption(c: Controller, draft: Draft): Read {
  const word = c.val();
  switch (word) {
    case 'fallthrough': {
      const args = c.remainingArgs();
      draft.fall = args.length === 0 ? ['.'] : originsOf(args, []);
      return 'done';
    }
    case 'endpoint': {
      const [first] = c.remainingArgs();
      if (first === undefined) return c.argErr();
      draft.endpoint = first;
      return 'done';
    }
    case 'tls':
      return c.remainingArgs().length === 3 ? 'done' : c.argErr();
    case 'ttl': {
      const [text] = c.remainingArgs();
      if (text === undefined) return c.argErr();
      const ttl = atoi(text);
      if (isError(ttl)) return ttl;
      if (ttl < 0 || ttl > 3600) return c.err(`ttl must be in range [0, 3600]: ${ttl}`);
      draft.ttl = ttl;
      return 'done';
    }
    case 'ignore': {
      const [text] = c.remainingArgs();
      if (text !== undefined && text !== 'empty_service') {
        return { error: `unable to parse ignore value: '${text}'` };
      }
      if (text !== undefined) draft.ignoreEmpty = true;
      return 'done';
    }
    case 'kubeconfig': {
      const args = c.remainingArgs();
      return args.length === 1 || args.length === 2 ? 'done' : c.argErr();
    }
    case 'multicluster': {
      draft.multicluster = c.remainingArgs().flatMap((each) => normalizeHost(each));
      return 'done';
    }
    case 'startup_timeout': {
      const args = c.remainingArgs();
      if (args.length === 0) return c.argErr();
      const duration = parseDuration(args[0] as string);
      if (isError(duration)) {
        return { error: `failed to parse startup_timeout: ${args[0]}, ${duration.error}` };
      }
      draft.startupTimeout = duration;
      return 'done';
    }
    case 'apiserver_qps':
    case 'apiserver_burst':
    case 'apiserver_max_inflight':
      return c.remainingArgs().length === 1 ? 'done' : c.argErr();
    default:
      return c.err(`unknown property '${word}'`);
  }
}
