import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { inclusiveRange } from '../../apimachinery/names.ts';
import { needed, textOf, type Fields } from '../checks.ts';

const forms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([\p{L}\d\-.]+)(:[^,;*&$|\s]+)$/u,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};

/** `validateISCSIVolumeSource`: names of initiators and targets have one of three forms. */
export function iscsi(source: Fields, path: string): FieldError[] {
  const errors = needed(source, path, 'targetPortal');
  const iqn = textOf(source, 'iqn');
  errors.push(...(iqn ? qualified(iqn, at(path, 'iqn')) : [required(at(path, 'iqn'), '')]));
  const lun = (source['lun'] ?? 0) as number;
  if (lun < 0 || lun > 255) errors.push(invalid(at(path, 'lun'), lun, inclusiveRange(0, 255)));
  const chap = source['chapAuthDiscovery'] === true || source['chapAuthSession'] === true;
  if (chap && !source['secretRef']) errors.push(required(at(path, 'secretRef'), ''));
  const initiator = source['initiatorName'];
  if (typeof initiator !== 'string') return errors;
  return [...errors, ...qualified(initiator, at(path, 'initiatorname'))];
}

function qualified(name: string, path: string): FieldError[] {
  const form = forms[name.slice(0, 3)];
  if (!form) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')];
  return form.test(name) ? [] : [invalid(path, name, 'must be valid format')];
}
