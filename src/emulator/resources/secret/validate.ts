import {
  forbidden,
  invalid,
  keyed,
  required,
  tooLong,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { jsonSyntaxError } from '../../apimachinery/json-syntax.ts';
import { isConfigMapKey } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { base64Size, decodeBase64 } from '../../world/base64.ts';
import { equal } from '../../world/json.ts';
import { invalids } from '../checks.ts';
import { immutable } from '../metadata.ts';

export interface Secret extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

const MAX = 1_048_576;
const ACCOUNT = 'kubernetes.io/service-account.name';

/** `ValidateSecret` and `ValidateSecretUpdate`. */
export function validate(secret: Secret, old: Secret | undefined): FieldError[] {
  const { data = {} } = secret;
  const errors = old ? validateUpdate(secret, old) : [];
  for (const key of Object.keys(data)) {
    errors.push(...invalids(keyed('data', key), key, isConfigMapKey(key)));
  }
  const size = Object.values(data).reduce((sum, value) => sum + base64Size(value), 0);
  if (size > MAX) errors.push(tooLong('data', MAX));
  return [...errors, ...validateType(secret)];
}

function validateUpdate(secret: Secret, old: Secret): FieldError[] {
  const errors = immutable('type', secret.type, old.type);
  if (!old.immutable) return errors;
  const why = 'field is immutable when `immutable` is set';
  if (!secret.immutable) errors.push(forbidden('immutable', why));
  if (!equal(secret.data ?? {}, old.data ?? {})) errors.push(forbidden('data', why));
  return errors;
}

/** What a Secret of a type that Kubernetes knows must have. */
function validateType({ type, data = {}, metadata }: Secret): FieldError[] {
  const missing = (...keys: readonly string[]) =>
    keys.filter((key) => data[key] === undefined).map((key) => required(keyed('data', key), ''));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[ACCOUNT]
        ? []
        : [required(keyed('metadata.annotations', ACCOUNT), '')];
    case 'kubernetes.io/dockercfg':
      return dockerConfig(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return dockerConfig(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth': {
      const both = missing('username', 'password');
      return both.length === 2 ? both : [];
    }
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required(keyed('data', 'ssh-privatekey'), '')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

/** The content is an object in JSON; what it is is not shown. */
function dockerConfig(data: NonNullable<Secret['data']>, key: string): FieldError[] {
  const path = keyed('data', key);
  const given = data[key];
  if (given === undefined) return [required(path, '')];
  const text = decodeBase64(given);
  const wrong = (why: string) => [invalid(path, '<secret contents redacted>', why)];
  if (text.trim() === '') return wrong('unexpected end of JSON input');
  const syntax = jsonSyntaxError(text);
  if (syntax) return wrong(syntax);
  const value: unknown = JSON.parse(text);
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return [];
  const form = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return wrong(`json: cannot unmarshal ${form} into Go value of type map[string]interface {}`);
}
