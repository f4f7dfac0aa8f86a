import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../apimachinery/names.ts';
import type { ApiObject } from '../apimachinery/object.ts';

interface Rule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: string;
}

interface Webhook {
  readonly name?: string;
  readonly clientConfig?: {
    readonly url?: string;
    readonly service?: {
      readonly name?: string;
      readonly namespace?: string;
      readonly port?: number;
    };
  };
  readonly rules?: readonly Rule[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions?: readonly string[];
  readonly namespaceSelector?: object;
  readonly objectSelector?: object;
  readonly reinvocationPolicy?: string;
}

/** A configuration of webhooks, mutating or validating. */
export interface WebhookConfiguration extends ApiObject {
  readonly webhooks?: readonly Webhook[];
}

const HTTPS = 443;
const TIMEOUT = 10;
const TIMEOUT_MAX = 30;

/** `SetDefaults_MutatingWebhook`, `SetDefaults_ValidatingWebhook` and those of their parts. */
export function defaultWebhooks(
  object: WebhookConfiguration,
  mutating: boolean,
): WebhookConfiguration {
  if (!object.webhooks) return object;
  return {
    ...object,
    webhooks: object.webhooks.map(({ clientConfig, rules, ...webhook }) => ({
      ...webhook,
      ...(clientConfig && {
        clientConfig: clientConfig.service
          ? { ...clientConfig, service: { port: HTTPS, ...clientConfig.service } }
          : clientConfig,
      }),
      ...(rules && { rules: rules.map((rule) => ({ ...rule, scope: rule.scope ?? '*' })) }),
      failurePolicy: webhook.failurePolicy ?? 'Fail',
      matchPolicy: webhook.matchPolicy ?? 'Equivalent',
      namespaceSelector: webhook.namespaceSelector ?? {},
      objectSelector: webhook.objectSelector ?? {},
      timeoutSeconds: webhook.timeoutSeconds ?? TIMEOUT,
      ...(mutating && { reinvocationPolicy: webhook.reinvocationPolicy ?? 'Never' }),
    })),
  };
}

/** `validateWebhookConfiguration` as far as names, clients and rules go. */
export function validateWebhooks({ webhooks = [] }: WebhookConfiguration): FieldError[] {
  return (webhooks ?? []).flatMap((webhook, index) =>
    validateWebhook(webhook, at('webhooks', index)),
  );
}

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const { name = '', clientConfig, sideEffects, timeoutSeconds = TIMEOUT } = webhook;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(at(path, 'name'), ''));
  else {
    errors.push(...isDns1123Subdomain(name).map((each) => invalid(at(path, 'name'), name, each)));
    if (name.split('.').length < 3) {
      const why = 'should be a domain with at least three segments separated by dots';
      errors.push(invalid(at(path, 'name'), name, why));
    }
  }
  const known = ['None', 'NoneOnDryRun'];
  const place = at(path, 'sideEffects');
  if (!sideEffects) errors.push(required(place, 'must specify one of None, NoneOnDryRun'));
  else if (!known.includes(sideEffects)) errors.push(notSupported(place, sideEffects, known));
  if (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_MAX) {
    const why = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(at(path, 'timeoutSeconds'), timeoutSeconds, why));
  }
  if (Boolean(clientConfig?.url) === Boolean(clientConfig?.service)) {
    errors.push(required(at(path, 'clientConfig'), 'exactly one of url or service is required'));
  }
  if ((webhook.admissionReviewVersions ?? []).length === 0) {
    const why = 'must specify one of v1, v1beta1';
    errors.push(required(at(path, 'admissionReviewVersions'), why));
  }
  (webhook.rules ?? []).forEach((rule, index) => {
    for (const field of ['operations', 'apiGroups', 'apiVersions', 'resources'] as const) {
      if ((rule[field] ?? []).length > 0) continue;
      errors.push(required(at(path, 'rules', index, field), ''));
    }
  });
  return errors;
}
