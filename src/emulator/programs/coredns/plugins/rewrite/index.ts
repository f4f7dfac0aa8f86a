import type { DnsMessage } from '../../../../host/resolver/message.ts';
import type { Json } from '../../../../world/json.ts';
import type { Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import type { DnsPlugin, Query } from '../../plugin.ts';
import { errorReply } from '../../reply.ts';
import { isDomainName } from '../../zones.ts';
import { applyRule, turnBack, type ResponseRule } from './apply.ts';
import { readRule, type Rule } from './rule.ts';

/**
 * rewrite: changes questions on their way in, and names, times and codes of answers on theirs out.
 */
const plugin: DnsPlugin<readonly Json[]> = {
  name: 'rewrite',
  setup(c) {
    const rules: Json[] = [];
    while (c.next()) {
      const rule = readRule(readWords(c));
      if (isError(rule)) return rule;
      rules.push(rule as unknown as Json);
    }
    return rules;
  },
  *serve(rules, query, next) {
    let changed: Query = query;
    const responses: ResponseRule[] = [];
    let reverts = false;
    for (const rule of rules as unknown as readonly Rule[]) {
      const applied = applyRule(rule, changed);
      if (!applied) continue;
      const { name } = applied.query.request.question;
      if (!isDomainName(name)) {
        return { rcode: 'SERVFAIL', error: `invalid name after rewrite: ${name}` };
      }
      changed = applied.query;
      responses.push(...applied.responses);
      reverts ||= rule.rule === 'edns0' && rule.revert;
      if (rule.mode === 'stop') break;
    }
    if (changed === query) return yield* next(query);
    const outcome = yield* next(changed);
    const { question } = query.request;
    if (outcome.message) {
      const message = reverts ? withOptionsOf(query, outcome.message) : outcome.message;
      return { ...outcome, message: turnBack(message, question, responses) };
    }
    if (outcome.rcode !== 'SERVFAIL' || responses.length === 0) return outcome;
    return {
      ...outcome,
      message: turnBack(errorReply(query.request, outcome.rcode), question, responses),
    };
  },
};

export default plugin;

/** An answer with the EDNS options that the client sent. */
function withOptionsOf({ request }: Query, message: DnsMessage): DnsMessage {
  if (!message.edns) return message;
  return { ...message, edns: { ...message.edns, options: request.edns?.options ?? [] } };
}

/** The words of a rule: of one line, or of the lines of a block taken together. */
function readWords(c: Controller): string[] {
  const args = c.remainingArgs();
  const block: string[] = [];
  while (c.nextBlock()) block.push(c.val(), ...c.remainingArgs());
  return [...args, ...block];
}
