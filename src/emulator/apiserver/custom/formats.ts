import ipaddr from 'ipaddr.js';
import { parseGoDuration } from '../../apimachinery/duration.ts';

const UUID = /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  ipv4: (value) => ipaddr.IPv4.isValidFourPartDecimal(value),
  ipv6: (value) => value.includes(':') && ipaddr.IPv6.isValid(value),
  cidr: (value) => ipaddr.isValidCIDR(value),
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
  'date-time': (value) => TIME.test(value),
  duration: (value) => parseGoDuration(value) !== undefined,
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  hostname: (value) =>
    /^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$/.test(value) && value.length < 254,
  uri: (value) => URL.canParse(value),
  uuid: (value) => UUID.test(value),
  byte: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0,
  mac: (value) => /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(value),
};

/** Whether a text is not of its format; formats that nobody checks are right with anything. */
export function formatError(format: string, value: string): boolean {
  const check = checks[format];
  return check ? !check(value) : false;
}
