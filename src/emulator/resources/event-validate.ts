import { at, invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../apimachinery/names.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import { invalids, qualifiedName } from './checks.ts';

interface EventShape extends ApiObject {
  readonly involvedObject?: { readonly namespace?: string };
  readonly eventTime?: string | null;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly message?: string;
}

const TEXT_MAX = 128;
const MESSAGE_MAX = 1024;

/**
 * `legacyValidateEvent`: what an event is about lies in its own namespace. `reporter` is what the
 * API calls the field that says who saw it.
 */
export function validateEvent(event: ApiObject, reporter: string): FieldError[] {
  const { metadata, involvedObject, eventTime, ...rest } = event as EventShape;
  const about = involvedObject?.namespace ?? '';
  const own = metadata.namespace ?? '';
  const foreign = invalid('involvedObject.namespace', about, 'does not match event.namespace');
  const errors: FieldError[] = [];
  if (!eventTime) {
    const wrong = about === '' ? own !== '' && own !== 'default' : about !== own;
    if (wrong) errors.push(foreign);
  } else {
    if (about === '' && own !== 'default' && own !== 'kube-system') errors.push(foreign);
    errors.push(...validateReport(rest, reporter));
  }
  return [...errors, ...invalids('namespace', own, isDns1123Subdomain(own))];
}

function validateReport(event: Omit<EventShape, keyof ApiObject>, reporter: string): FieldError[] {
  const given = event as Partial<EventShape>;
  const { reportingComponent: who = '', message = '' } = given;
  const errors = who ? [] : [required(reporter, '')];
  errors.push(...qualifiedName(who, reporter));
  const fields = [
    ['reportingInstance', 'repotingIntance'],
    ['action', 'action'],
    ['reason', 'reason'],
  ] as const;
  for (const [field, shown] of fields) {
    const text = given[field] ?? '';
    if (text === '') errors.push(required(field, ''));
    if (text.length > TEXT_MAX) {
      errors.push(invalid(at('', shown), '', `can have at most ${TEXT_MAX} characters`));
    }
  }
  if (message.length > MESSAGE_MAX) {
    errors.push(invalid('message', '', `can have at most ${MESSAGE_MAX} characters`));
  }
  return errors;
}

interface NewEvent {
  readonly eventTime?: string | null;
  readonly type?: string;
  readonly deprecatedFirstTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly deprecatedCount?: number;
  readonly deprecatedSource?: { readonly component?: string; readonly host?: string };
}

/** `ValidateEventCreate` of events.k8s.io: fields of the older API are not to be set. */
export function validateNewEvent(object: ApiObject): FieldError[] {
  const event: ApiObject & NewEvent = object;
  const { type = '', deprecatedSource: source } = event;
  const errors: FieldError[] = [];
  if (!event.eventTime) errors.push(required('eventTime', ''));
  if (type !== 'Normal' && type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${type}`));
  }
  const unset = 'needs to be unset';
  if (event.deprecatedFirstTimestamp) errors.push(invalid('firstTimestamp', '', unset));
  if (event.deprecatedLastTimestamp) errors.push(invalid('lastTimestamp', '', unset));
  if (event.deprecatedCount) errors.push(invalid('count', '', unset));
  if (source?.component || source?.host) errors.push(invalid('source', '', unset));
  return errors;
}
