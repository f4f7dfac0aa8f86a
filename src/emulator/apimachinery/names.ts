import ipaddr from 'ipaddr.js';

/** Messages of apimachinery `util/validation`; each function gives none, one or more of them. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Length errors: those of labels' keys and values count bytes in so many words, others do not. */
const tooLong = (max: number) => `must be no more than ${max} characters`;
const tooManyBytes = (max: number) => `must be no more than ${max} bytes`;
const bytes = (text: string) =>
  [...text].reduce((sum, c) => sum + utf8(c.codePointAt(0) as number), 0);
const utf8 = (code: number) => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);

function regexError(message: string, format: string, ...examples: string[]): string {
  const list = examples.map((each) => `'${each}'`).join(',  or ');
  const eg = examples.length > 0 ? `e.g. ${list}, ` : '';
  return `${message} (${eg}regex used for validation is '${format}')`;
}

/** RFC 1123 label: names of namespaces, services, ports. */
export function isDns1123Label(value: string): string[] {
  const errors = bytes(value) > 63 ? [tooLong(63)] : [];
  if (LABEL.test(value)) return errors;
  if (SUBDOMAIN.test(value)) return [...errors, 'must not contain dots'];
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
    'and must start and end with an alphanumeric character';
  return [...errors, regexError(message, '[a-z0-9]([-a-z0-9]*[a-z0-9])?', 'my-name', '123-abc')];
}

/** RFC 1123 subdomain: names of most objects. */
export function isDns1123Subdomain(value: string): string[] {
  return subdomain(value, tooLong);
}

function subdomain(value: string, long: (max: number) => string): string[] {
  const errors = bytes(value) > 253 ? [long(253)] : [];
  if (SUBDOMAIN.test(value)) return errors;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
    "'.', and must start and end with an alphanumeric character";
  const format = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
  return [...errors, regexError(message, format, 'example.com')];
}

/** A subdomain whose labels may hold and begin with underscores. */
export function isDns1123SubdomainWithUnderscore(value: string): string[] {
  const errors = bytes(value) > 253 ? [tooLong(253)] : [];
  const label = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
  const format = `${label}(\\.${label})*`;
  if (new RegExp(`^${format}$`).test(value)) return errors;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' " +
    "or '.', and must start and end with an alphanumeric character";
  return [...errors, regexError(message, format, 'example.com')];
}

/** RFC 1035 label. */
export function isDns1035Label(value: string): string[] {
  const errors = bytes(value) > 63 ? [tooLong(63)] : [];
  if (LABEL_1035.test(value)) return errors;
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an " +
    'alphabetic character, and end with an alphanumeric character';
  return [...errors, regexError(message, '[a-z]([-a-z0-9]*[a-z0-9])?', 'my-name', 'abc-123')];
}

/** A subdomain whose first label may be `*`. */
export function isWildcardDns1123Subdomain(value: string): string[] {
  const errors = bytes(value) > 253 ? [tooLong(253)] : [];
  if (/^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)) {
    return errors;
  }
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed " +
    'by a valid DNS subdomain, which ' +
    "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric " +
    'character';
  const format = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
  return [...errors, regexError(message, format, '*.example.com')];
}

/** `[prefix/]name` of label and annotation keys. */
export function isQualifiedName(value: string): string[] {
  const errors: string[] = [];
  const parts = value.split('/');
  const message =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
    'alphanumeric character';
  const format = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
  const wrong = regexError(message, format, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${wrong} ${optional}`];
  }
  const [prefix, name] = parts.length === 2 ? parts : [undefined, parts[0]];
  if (prefix !== undefined) {
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...subdomain(prefix, tooManyBytes).map((each) => `prefix part ${each}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (bytes(name as string) > 63) errors.push(`name part ${tooManyBytes(63)}`);
  if (!QUALIFIED.test(name as string)) errors.push(`name part ${wrong}`);
  return errors;
}

/** Values of labels: empty or like a qualified name's name. */
export function isValidLabelValue(value: string): string[] {
  const errors = bytes(value) > 63 ? [tooManyBytes(63)] : [];
  if (/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)) return errors;
  const message =
    'a valid label must be an empty string or consist of ' +
    "alphanumeric characters, '-', '_' or '.'," +
    ' and must start and end with an alphanumeric character';
  const format = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
  return [...errors, regexError(message, format, 'MyValue', 'my_value', '12345')];
}

/** Names of container and service ports (IANA service names). */
export function isValidPortName(value: string): string[] {
  const errors = bytes(value) > 15 ? [tooLong(15)] : [];
  if (!/^[-a-z0-9]+$/.test(value)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) {
    errors.push('must not begin or end with a hyphen');
  }
  return errors;
}

export function isValidPortNum(value: number): string[] {
  return value >= 1 && value <= 65535 ? [] : [inclusiveRange(1, 65535)];
}

export function isInRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [inclusiveRange(low, high)];
}

export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** HTTP header names. */
export function isHttpHeaderName(value: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(value)) return [];
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [regexError(message, '[-A-Za-z0-9]+', 'X-Header-Name')];
}

/** Keys of ConfigMaps and Secrets. */
export function isConfigMapKey(value: string): string[] {
  const errors = bytes(value) > 253 ? [tooLong(253)] : [];
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(regexError(message, '[-._a-zA-Z0-9]+', 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** Environment variable names as pods may have them: printable ASCII without `=`. */
export function isRelaxedEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]*$/.test(value)) return [];
  return [
    'a valid environment variable name must consist only of ' +
      "printable ASCII characters other than '='",
  ];
}

export { isRelaxedEnvVarName as isEnvVarName };

/** `25%`. */
export function isValidPercent(value: string): string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  const message = "a valid percent string must be a numeric string followed by an ending '%'";
  return [regexError(message, '[0-9]+%', '1%', '93%')];
}

/** Whether text is a plain IPv4 address as Go's strict parser takes it (no leading zeros). */
export function isIPv4(value: string): boolean {
  return (
    /^(\d{1,3}\.){3}\d{1,3}$/.test(value) &&
    value.split('.').every((part) => String(Number(part)) === part && Number(part) < 256)
  );
}

export function isIPv6(value: string): boolean {
  return value.includes(':') && !value.includes('%') && ipaddr.IPv6.isValid(value);
}

export function isIP(value: string): boolean {
  return isIPv4(value) || isIPv6(value);
}
