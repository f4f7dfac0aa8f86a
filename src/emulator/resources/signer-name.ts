import { invalid, required, tooLong, type FieldError } from '../apimachinery/field-error.ts';
import { isDns1123Label, isDns1123Subdomain } from '../apimachinery/names.ts';

const DOMAIN_MAX = 253;
const NAME_MAX = 571;

/** `ValidateSignerName`: a domain and a path; `missing` is said where there is none. */
export function validateSignerName(name: string, path: string, missing = ''): FieldError[] {
  if (name === '') return [required(path, missing)];
  const segments = name.split('/');
  if (segments.length !== 2) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, form)];
  }
  const [domain, rest] = segments as [string, string];
  const errors = domain.length > DOMAIN_MAX ? [tooLong(path, DOMAIN_MAX)] : [];
  errors.push(...labels(domain, isDns1123Label, path));
  if (!domain.includes('.')) {
    const why = 'should be a domain with at least two segments separated by dots';
    errors.push(invalid(path, domain, why));
  }
  errors.push(...labels(rest, isDns1123Subdomain, path));
  return name.length > NAME_MAX ? [...errors, tooLong(path, NAME_MAX)] : errors;
}

/** What is wrong with the first label that is. */
function labels(
  segment: string,
  rule: (label: string) => readonly string[],
  path: string,
): FieldError[] {
  for (const label of segment.split('.')) {
    const texts = rule(label);
    if (texts.length === 0) continue;
    const which = `validating label ${JSON.stringify(label)}`;
    return texts.map((each) => invalid(path, segment, `${which}: ${each}`));
  }
  return [];
}
