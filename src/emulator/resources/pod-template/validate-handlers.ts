import {
  at,
  forbidden,
  invalid,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isHttpHeaderName, isValidPortName, isValidPortNum } from '../../apimachinery/names.ts';
import { invalids, nonNegative, oneOf, textOf, type Fields } from '../checks.ts';
import { sourceOf } from '../volume-source/sources.ts';
import type { Container, Probe } from './shapes.ts';

/** Seconds that a pod has for its end; undefined where that itself is missing. */
type Grace = number | undefined;

const probeHandlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const lifecycleHandlers = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;

/** Hooks and probes of a container that has them: regular ones, and init containers that stay. */
export function validateHooks(container: Container, grace: Grace, path: string): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(lifecycle ? validateLifecycle(lifecycle as Fields, grace, at(path, 'lifecycle')) : []),
    ...once(livenessProbe, grace, at(path, 'livenessProbe')),
    ...readiness(readinessProbe, grace, at(path, 'readinessProbe')),
    ...once(startupProbe, grace, at(path, 'startupProbe')),
  ];
}

/** Probes whose success need not come twice. */
function once(probe: Probe | undefined, grace: Grace, path: string): FieldError[] {
  if (!probe) return [];
  const errors = validateProbe(probe, grace, path);
  const count = probe.successThreshold ?? 0;
  return count === 1
    ? errors
    : [...errors, invalid(at(path, 'successThreshold'), count, 'must be 1')];
}

function readiness(probe: Probe | undefined, grace: Grace, path: string): FieldError[] {
  if (!probe) return [];
  const errors = validateProbe(probe, grace, path);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds === undefined) return errors;
  const place = at(path, 'terminationGracePeriodSeconds');
  return [...errors, invalid(place, seconds, 'must not be set for readinessProbes')];
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function validateProbe(probe: Probe, grace: Grace, path: string): FieldError[] {
  const errors = validateHandler(probe as unknown as Fields, probeHandlers, grace, path);
  errors.push(...counts.flatMap((name) => nonNegative(probe[name], at(path, name))));
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    const place = at(path, 'terminationGracePeriodSeconds');
    errors.push(invalid(place, seconds, 'must be greater than 0'));
  }
  return errors;
}

function validateLifecycle(lifecycle: Fields, grace: Grace, path: string): FieldError[] {
  return ['postStart', 'preStop'].flatMap((name) => {
    const hook = sourceOf(lifecycle, name);
    return hook ? validateHandler(hook, lifecycleHandlers, grace, at(path, name)) : [];
  });
}

/** `validateHandler`: exactly one thing to do. */
function validateHandler(
  handler: Fields,
  names: readonly string[],
  grace: Grace,
  path: string,
): FieldError[] {
  const given = names.filter((name) => sourceOf(handler, name));
  const errors = given.flatMap((name, index) => {
    const place = at(path, name);
    const action = sourceOf(handler, name) as Fields;
    return index > 0
      ? [forbidden(place, 'may not specify more than 1 handler type')]
      : validateAction(name, action, grace, place);
  });
  return given.length === 0 ? [required(path, 'must specify a handler type')] : errors;
}

function validateAction(name: string, action: Fields, grace: Grace, path: string): FieldError[] {
  switch (name) {
    case 'exec': {
      const command = (action['command'] ?? []) as readonly string[];
      return command.length === 0 ? [required(at(path, 'command'), '')] : [];
    }
    case 'httpGet':
      return httpGet(action, path);
    case 'sleep': {
      const seconds = (action['seconds'] ?? 0) as number;
      if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
      const most = `terminationGracePeriodSeconds (${grace})`;
      return [invalid(path, seconds, `must be non-negative and less than ${most}`)];
    }
    default:
      return portNumOrName(action['port'] as number | string | undefined, at(path, 'port'));
  }
}

function httpGet(action: Fields, path: string): FieldError[] {
  const headers = (action['httpHeaders'] ?? []) as readonly { readonly name?: string }[];
  return [
    ...(textOf(action, 'path') ? [] : [required(at(path, 'path'), '')]),
    ...portNumOrName(action['port'] as number | string | undefined, at(path, 'port')),
    ...oneOf(textOf(action, 'scheme'), ['HTTP', 'HTTPS'], at(path, 'scheme')),
    ...headers.flatMap(({ name = '' }) =>
      invalids(at(path, 'httpHeaders'), name, isHttpHeaderName(name)),
    ),
  ];
}

/** `ValidatePortNumOrName`. */
export function portNumOrName(port: number | string | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalids(path, port, isValidPortName(port));
  return invalids(path, port ?? 0, isValidPortNum(port ?? 0));
}
