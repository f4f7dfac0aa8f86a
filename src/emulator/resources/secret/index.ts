import { invalid, keyed, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isConfigMapKey } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { base64Size, decodeBase64, encodeBase64 } from '../../world/base64.ts';
import { headLines } from '../describe/simple.ts';
import { createWriter } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';

interface Secret extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

const needed: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Secret: bytes by keys, in base64, with a type that says which keys it must have. */
export default defineKind<Secret>({
  names: kindNames('Secret', 'secrets'),
  definition: 'V1Secret',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => ({ ...object, type: object.type || 'Opaque' }),
  prepare(object) {
    const { stringData, ...rest } = object;
    if (!stringData) return rest;
    const added = Object.fromEntries(
      Object.entries(stringData).map(([key, value]) => [key, encodeBase64(value)]),
    );
    return { ...rest, data: { ...rest.data, ...added } };
  },
  validate(object, old) {
    const errors: FieldError[] = [];
    for (const key of Object.keys(object.data ?? {})) {
      errors.push(...isConfigMapKey(key).map((each) => invalid(keyed('data', key), key, each)));
    }
    for (const key of (Object.hasOwn(needed, object.type ?? '') && needed[object.type ?? '']) ||
      []) {
      if (object.data?.[key] === undefined) errors.push(required(keyed('data', key), ''));
    }
    if (old) errors.push(...immutable('type', object.type, old.type));
    return errors;
  },
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  columns: [nameColumn, column('Type'), column('Data'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.type ?? '',
    Object.keys(object.data ?? {}).length,
    ageOf(object, now),
  ],
  describe(object) {
    const writer = createWriter();
    headLines(writer, object);
    writer.line(0, `\nType:\t${object.type ?? ''}`);
    writer.line(0, '\nData\n====');
    for (const key of Object.keys(object.data ?? {}).sort()) {
      const value = object.data?.[key] ?? '';
      const token = key === 'token' && object.type === 'kubernetes.io/service-account-token';
      writer.line(
        0,
        token ? `${key}:\t${decodeBase64(value)}` : `${key}:\t${base64Size(value)} bytes`,
      );
    }
    return writer.text();
  },
});
