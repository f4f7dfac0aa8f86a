import type { DnsRcode, DnsRecord } from '../../../../host/resolver/message.ts';
import type { Json } from '../../../../world/json.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import type { Context, DnsPlugin, Outcome, Query, Steps } from '../../plugin.ts';
import { compileGo } from '../../regex.ts';
import { nameOf, reply } from '../../reply.ts';
import { isInZone, matchZone, originsOf } from '../../zones.ts';
import { compileProblem, fill, type Values } from './text.ts';

interface Template {
  readonly class: string;
  readonly type: string;
  readonly zones: readonly string[];
  readonly patterns: readonly string[];
  readonly answers: readonly string[];
  readonly additional: readonly string[];
  readonly authority: readonly string[];
  readonly rcode: string;
  readonly upstream: boolean;
  readonly fall: readonly string[] | null;
}

/** template: answers made from texts by patterns of the name. */
const plugin: DnsPlugin<readonly Json[]> = {
  name: 'template',
  setup(c) {
    const templates: Json[] = [];
    while (c.next()) {
      const own = readTemplate(c);
      if (isError(own)) return own;
      templates.push(own as unknown as Json);
    }
    return templates;
  },
  *serve(templates, query, next, context) {
    const name = nameOf(query);
    for (const template of templates as unknown as readonly Template[]) {
      const match = matching(template, query);
      if (match === undefined) {
        const zone = matchZone(template.zones, name);
        if (zone === undefined || template.fall?.some((each) => isInZone(each, name))) continue;
        if (typeFits(template, query)) return { rcode: 'NXDOMAIN' };
        continue;
      }
      return yield* answer(template, query, match, context);
    }
    return yield* next(query);
  },
};

export default plugin;

function typeFits(template: Template, { request }: Query): boolean {
  const { type, class: own = 'IN' } = request.question;
  const classFits = template.class === 'ANY' || template.class === own;
  return classFits && (template.type === 'ANY' || template.type === type);
}

function matching(template: Template, query: Query): Values | undefined {
  const name = nameOf(query);
  const zone = matchZone(template.zones, name);
  if (zone === undefined || !typeFits(template, query)) return undefined;
  for (const pattern of template.patterns) {
    const found = compileGo(pattern)?.exec(name);
    if (!found) continue;
    const { question, id } = query.request;
    return {
      Zone: zone,
      Name: name,
      Class: question.class ?? 'IN',
      Type: question.type,
      Remote: query.client.address,
      Message: { Id: String(id) },
      Match: found.map((each) => each ?? ''),
      Group: {
        ...Object.fromEntries(found.map((each, at) => [String(at), each ?? ''])),
        ...found.groups,
      },
    };
  }
  return undefined;
}

function* answer(
  template: Template,
  query: Query,
  values: Values,
  context: Context,
): Steps<Outcome> {
  const { rcode } = template;
  if (rcode === 'SERVFAIL') return { rcode: 'SERVFAIL', error: '' };
  const records = (texts: readonly string[]) => texts.map((text) => readRecord(fill(text, values)));
  const sections = [template.answers, template.additional, template.authority].map(records);
  if (sections.flat().includes(undefined)) return { rcode: 'SERVFAIL', error: 'dns: bad record' };
  const [answers = [], additional = [], authority = []] = sections as DnsRecord[][];
  const followed: DnsRecord[] = [...answers];
  const { type } = query.request.question;
  for (const record of answers) {
    if (!template.upstream || record.type !== 'CNAME' || type === 'CNAME') continue;
    const found = yield* context.lookup(query, record.data, type);
    followed.push(...(found?.answers ?? []));
  }
  const message = reply(query.request, {
    rcode: rcode as DnsRcode,
    authoritative: true,
    answers: followed,
    additional,
    authority,
  });
  return { rcode: 'NOERROR', message };
}

/** `name [ttl] [class] type data`. */
export function readRecord(text: string): DnsRecord | undefined {
  const [name, ...words] = text.trim().split(/\s+/);
  let ttl = 3_600;
  while (words[0] !== undefined && /^(\d+|IN|CH|HS)$/.test(words[0])) {
    const word = words.shift() as string;
    if (/^\d+$/.test(word)) ttl = Number(word);
  }
  const type = words.shift()?.toUpperCase();
  if (name === undefined || type === undefined || words.length === 0) return undefined;
  return { name: name.endsWith('.') ? name : `${name}.`, type, ttl, data: words.join(' ') };
}

function readTemplate(c: Controller): Template | ConfigError {
  if (!c.nextArg()) return c.argErr();
  const own = c.val().toUpperCase();
  if (!['IN', 'CH', 'HS', 'ANY', 'CS', 'NONE'].includes(own))
    return c.err(`invalid query class ${c.val()}`);
  if (!c.nextArg()) return c.argErr();
  const type = c.val().toUpperCase();
  if (!/^(A|AAAA|ANY|CNAME|HTTPS|MX|NS|PTR|SOA|SRV|TXT|CAA|DS|HINFO|NAPTR|SVCB)$/.test(type)) {
    return c.err(`invalid RR class ${c.val()}`);
  }
  const zones = originsOf(c.remainingArgs(), c.keys);
  const draft = {
    class: own,
    type,
    zones,
    patterns: [] as string[],
    answers: [] as string[],
    additional: [] as string[],
    authority: [] as string[],
    rcode: 'NOERROR',
    upstream: true,
    fall: null as string[] | null,
  };
  while (c.nextBlock()) {
    const failed = readProperty(c, draft);
    if (failed) return failed;
  }
  return draft.patterns.length > 0 ? draft : { ...draft, patterns: ['.*'] };
}

function readProperty(
  c: Controller,
  draft: {
    patterns: string[];
    answers: string[];
    additional: string[];
    authority: string[];
    rcode: string;
    fall: string[] | null;
  },
): ConfigError | undefined {
  const word = c.val();
  const args = c.remainingArgs();
  switch (word) {
    case 'match': {
      if (args.length === 0) return c.argErr();
      for (const pattern of args) {
        if (!compileGo(pattern))
          return c.err(`could not parse regex: ${pattern}, ${regexProblem(pattern)}`);
        draft.patterns.push(pattern);
      }
      return undefined;
    }
    case 'answer':
    case 'additional':
    case 'authority': {
      if (args.length === 0) return c.argErr();
      for (const text of args) {
        const problem = compileProblem(word, text);
        if (problem !== undefined) return c.err(`could not compile template: ${text}, ${problem}`);
      }
      draft[word === 'answer' ? 'answers' : word].push(...args);
      return undefined;
    }
    case 'rcode': {
      const code = (args[0] ?? '').toUpperCase();
      if (
        !/^(NOERROR|FORMERR|SERVFAIL|NXDOMAIN|NOTIMP|REFUSED|YXDOMAIN|NOTAUTH|NOTZONE)$/.test(code)
      ) {
        return c.err(`unknown rcode ${args[0] ?? ''}`);
      }
      draft.rcode = code;
      return undefined;
    }
    case 'ederror':
      return args.length > 0 && /^\d+$/.test(args[0] as string)
        ? undefined
        : c.err(`error parsing extended DNS error code ${args[0]}`);
    case 'fallthrough':
      draft.fall = args.length === 0 ? ['.'] : originsOf(args, []);
      return undefined;
    case 'upstream':
      return undefined;
    default:
      return c.argErr();
  }
}

/** Go's words for the commonest mistakes in an expression. */
function regexProblem(pattern: string): string {
  const open = pattern.lastIndexOf('[');
  if (open >= 0 && !pattern.slice(open).includes(']')) {
    return `error parsing regexp: missing closing ]: \`${pattern.slice(open)}\``;
  }
  if ((pattern.match(/\(/g) ?? []).length > (pattern.match(/\)/g) ?? []).length) {
    return `error parsing regexp: missing closing ): \`${pattern}\``;
  }
  return `error parsing regexp: invalid pattern: \`${pattern}\``;
}
