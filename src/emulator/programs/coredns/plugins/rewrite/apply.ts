import type { DnsMessage, DnsRcode, DnsRecord } from '../../../../host/resolver/message.ts';
import type { Query } from '../../plugin.ts';
import { compileGo, fillGroups } from '../../regex.ts';
import { nameOf } from '../../reply.ts';
import { applyEdnsRule } from './edns-rule.ts';
import { normalize, rcodeNames, type Matcher, type Rule } from './rule.ts';

/** What is done to an answer: to its names, or to the whole. */
export type ResponseRule =
  | { readonly of: 'name' | 'value'; readonly change: (name: string) => string | undefined }
  | { readonly of: 'ttl'; readonly least: number; readonly most: number }
  | { readonly of: 'rcode'; readonly old: number; readonly new: number }
  | { readonly of: 'cname'; readonly change: (name: string) => string | undefined };

/** Whether a name fits a matcher. */
export function fits({ match, from }: Matcher, name: string): boolean {
  switch (match) {
    case 'exact':
      return name === from;
    case 'prefix':
      return name.startsWith(from.replace(/\.$/, ''));
    case 'suffix':
      return name.endsWith(from);
    case 'substring':
      return name.includes(from.replace(/\.$/, ''));
    case 'regex':
      return compileGo(from)?.test(name) ?? false;
  }
}

/** A name with the matched part replaced; undefined where it does not fit. */
export function replaceName(
  match: Matcher['match'],
  from: string,
  to: string,
  name: string,
): string | undefined {
  switch (match) {
    case 'exact':
      return name === from ? to : undefined;
    case 'prefix':
      return name.startsWith(from) ? to + name.slice(from.length) : undefined;
    case 'suffix':
      return name.endsWith(from) ? name.slice(0, name.length - from.length) + to : undefined;
    case 'substring':
      return name.includes(from) ? name.replaceAll(from, to) : undefined;
    case 'regex': {
      const found = compileGo(from)?.exec(name);
      return found ? fillGroups(to, [...found]) : undefined;
    }
  }
}

/**
 * One rule at a query: the changed query and what is to be done to the answer; undefined: no fit.
 */
export function applyRule(
  rule: Rule,
  query: Query,
): { readonly query: Query; readonly responses: readonly ResponseRule[] } | undefined {
  const name = nameOf(query);
  const { request } = query;
  const { question } = request;
  const asking = (changed: Partial<typeof question>): Query => ({
    ...query,
    request: { ...request, question: { ...question, ...changed } },
  });
  switch (rule.rule) {
    case 'name': {
      const fresh = replaceName(rule.match, rule.from, rule.to, name);
      if (fresh === undefined) return undefined;
      return { query: asking({ name: fresh }), responses: answerRules(rule, name, fresh) };
    }
    case 'type':
      return question.type === rule.from
        ? { query: asking({ type: rule.to }), responses: [] }
        : undefined;
    case 'class':
      return (question.class ?? 'IN') === rule.from
        ? { query: asking({ class: rule.to }), responses: [] }
        : undefined;
    case 'edns0': {
      const edns = applyEdnsRule(rule, query);
      return edns && { query: { ...query, request: { ...request, edns } }, responses: [] };
    }
    case 'ttl': {
      const { least, most } = rule;
      return fits(rule, name) ? { query, responses: [{ of: 'ttl', least, most }] } : undefined;
    }
    case 'rcode':
      return fits(rule, name)
        ? { query, responses: [{ of: 'rcode', old: rule.old, new: rule.new }] }
        : undefined;
    case 'cname': {
      const change = (target: string) => replaceName(rule.match, rule.from, rule.to, target);
      return { query, responses: [{ of: 'cname', change }] };
    }
  }
}

function answerRules(
  rule: Extract<Rule, { rule: 'name' }>,
  original: string,
  fresh: string,
): ResponseRule[] {
  if (rule.auto) {
    const affix = rule.match === 'prefix' || rule.match === 'suffix';
    const change = (name: string) =>
      affix
        ? replaceName(rule.match, rule.to, rule.from, name)
        : replaceName('exact', fresh, original, name);
    return [
      { of: 'name', change },
      { of: 'value', change },
    ];
  }
  return rule.answers.map(({ of, pattern, replacement }) => ({
    of,
    change: (name) => replaceName('regex', pattern, replacement, name),
  }));
}

/** An answer after all response rules, with the question as the client asked it. */
export function turnBack(
  message: DnsMessage,
  question: DnsMessage['question'],
  rules: readonly ResponseRule[],
): DnsMessage {
  let changed: DnsMessage = { ...message, question };
  for (const rule of rules) {
    if (rule.of === 'rcode') {
      const old = rcodeNames.indexOf(changed.rcode);
      const fresh = rcodeNames[rule.new] as DnsRcode | undefined;
      if (old === rule.old && fresh) changed = { ...changed, rcode: fresh };
      continue;
    }
    const each = (records: readonly DnsRecord[]) =>
      records.map((record) => changeRecord(rule, record));
    changed = {
      ...changed,
      answers: each(changed.answers),
      authority: each(changed.authority),
      additional: each(changed.additional),
    };
  }
  return changed;
}

function changeRecord(rule: Exclude<ResponseRule, { of: 'rcode' }>, record: DnsRecord): DnsRecord {
  if (rule.of === 'ttl') {
    return { ...record, ttl: Math.min(Math.max(record.ttl, rule.least), rule.most) };
  }
  if (rule.of === 'cname') {
    if (record.type !== 'CNAME') return record;
    return { ...record, data: rule.change(record.data) ?? record.data };
  }
  if (rule.of === 'name') {
    const name = rule.change(record.name.toLowerCase());
    return name === undefined ? record : { ...record, name };
  }
  const words = record.data.split(' ');
  const position = { CNAME: 0, NS: 0, PTR: 0, DNAME: 0, MX: 1, SRV: 3, SOA: 0 }[record.type];
  const target = position === undefined ? undefined : words[position];
  const fresh = target === undefined ? undefined : rule.change(normalize(target));
  if (fresh === undefined || position === undefined) return record;
  return { ...record, data: words.with(position, fresh).join(' ') };
}
