import {
  at,
  duplicate,
  invalid,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { CrdVersion, PrinterColumn } from '../crd-shapes.ts';

/** What is wrong with a version besides its schema: subresources, columns, selectable fields. */
export function partErrors(version: CrdVersion, path: string): readonly FieldError[] {
  return [
    ...scaleErrors(version, at(path, 'subresources')),
    ...(version.additionalPrinterColumns ?? []).flatMap((each, index) =>
      columnErrors(each, `${path}.additionalPrinterColumns[${index}]`),
    ),
    ...selectableErrors(version, at(path, 'selectableFields')),
  ];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const formats = 'byte,date,date-time,double,float,int32,int64,password'.split(',');

/** `ValidateCustomResourceColumnDefinition`. */
function columnErrors(column: PrinterColumn, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name, type, format, jsonPath } = column;
  if (!name) errors.push(required(at(path, 'name'), ''));
  const what = `must be one of ${columnTypes.join(',')}`;
  if (!type) errors.push(required(at(path, 'type'), what));
  else if (!columnTypes.includes(type)) errors.push(invalid(at(path, 'type'), type, what));
  if (format && !formats.includes(format)) {
    errors.push(invalid(at(path, 'format'), format, `must be one of ${formats.join(',')}`));
  }
  if (!jsonPath) errors.push(required(at(path, 'JSONPath'), ''));
  else errors.push(...simplePathErrors(jsonPath, at(path, 'jsonPath')));
  return errors;
}

/** `validateSimpleJSONPath`. */
function simplePathErrors(text: string, path: string): readonly FieldError[] {
  if (text.startsWith('.')) return [];
  return [invalid(path, text, 'must be a simple json path starting with .')];
}

/** `ValidateCustomResourceDefinitionSubresources`. */
function scaleErrors({ subresources }: CrdVersion, path: string): readonly FieldError[] {
  const { scale } = subresources ?? {};
  if (!scale) return [];
  const errors: FieldError[] = [];
  const check = (field: string, value: string | undefined, below: readonly string[]) => {
    const place = at(path, `scale.${field}`);
    if (!value) errors.push(required(place, ''));
    else if (!value.startsWith('.')) errors.push(...simplePathErrors(value, place));
    else if (!below.some((each) => value.startsWith(each))) {
      const names = below.map((each) => each.slice(0, -1));
      const where = names.length > 1 ? `either ${names.join(' or ')}` : names[0];
      errors.push(invalid(place, value, `should be a json path under ${where}`));
    }
  };
  check('specReplicasPath', scale.specReplicasPath, ['.spec.']);
  check('statusReplicasPath', scale.statusReplicasPath, ['.status.']);
  if (scale.labelSelectorPath) {
    check('labelSelectorPath', scale.labelSelectorPath, ['.spec.', '.status.']);
  }
  return errors;
}

/** `ValidateCustomResourceSelectableFields`. */
function selectableErrors(version: CrdVersion, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { jsonPath }] of (version.selectableFields ?? []).entries()) {
    const place = `${path}[${index}].jsonPath`;
    if (!jsonPath) {
      errors.push(required(place, ''));
      continue;
    }
    let schema = version.schema?.openAPIV3Schema;
    for (const step of jsonPath.split('.').slice(1)) schema = schema?.properties?.[step];
    if (!jsonPath.startsWith('.') || !schema) {
      const why = 'is an invalid path: does not refer to a valid field';
      errors.push(invalid(place, jsonPath, why));
    } else if (!['string', 'integer', 'boolean'].includes(schema.type ?? '')) {
      const why = 'must point to a field of type string, boolean or integer';
      errors.push(
        invalid(
          place,
          jsonPath,
          `${why}. Enum string fields and strings with formats are allowed.`,
        ),
      );
    } else if (/^\.metadata\b/.test(jsonPath)) {
      errors.push(invalid(place, jsonPath, 'must not point to fields in metadata'));
    }
    if (seen.has(jsonPath)) errors.push(duplicate(place, jsonPath));
    seen.add(jsonPath);
  }
  return errors;
}
