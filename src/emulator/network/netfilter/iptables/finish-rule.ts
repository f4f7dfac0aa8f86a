import type { Family } from './address.ts';
import type { ExtensionDefinition, Option } from './extension.ts';
import { isReadError } from './extension.ts';
import { isCommandError, wrong, type CommandError, type Draft } from './draft.ts';
import type { AddressMatch, Extension, NameMatch, Rule } from './rules.ts';

/** The rules of a draft: several where addresses were listed. */
export function finishRules(draft: Draft): readonly Rule[] | CommandError {
  if (draft.late) return draft.late;
  const { name = undefined, invert = false } = draft.protocol ?? {};
  const protocol = invert ? `!${name}` : name;
  const done: Extension[] = [];
  for (const { definition, options } of draft.matches) {
    const finished = finishExtension(definition, options, protocol, draft.family);
    if (isCommandError(finished)) return finished;
    done.push(finished);
  }
  let target: Extension | undefined;
  if (draft.target) {
    const { name, definition, options } = draft.target;
    const finished = definition
      ? finishExtension(definition, options, protocol, draft.family)
      : { name, options: [] };
    if (isCommandError(finished)) return finished;
    target = finished;
  }
  const any = (match: NameMatch | undefined) =>
    match === undefined || match.name === 'all' || (match.name === '+' && !match.invert);
  const rule: Rule = {
    ...(any(draft.protocol) ? {} : { protocol: draft.protocol as NameMatch }),
    ...(any(draft.inInterface) ? {} : { inInterface: draft.inInterface as NameMatch }),
    ...(any(draft.outInterface) ? {} : { outInterface: draft.outInterface as NameMatch }),
    ...(draft.fragment ? { fragment: draft.fragment } : {}),
    matches: done,
    ...(target ? { target } : {}),
    ...(draft.goto ? { goto: true } : {}),
  };
  return withAddresses(rule, draft);
}

function finishExtension(
  definition: ExtensionDefinition,
  options: readonly Option[],
  protocol: string | undefined,
  family: Family,
): Extension | CommandError {
  if (definition.protocol && (protocol === undefined || !definition.protocol.includes(protocol))) {
    if (definition.protocolText) return wrong(definition.protocolText);
  }
  const finished = definition.finish ? definition.finish(options, protocol, family) : options;
  if (isReadError(finished)) return wrong(finished.error);
  const unfit = checkTogether(definition, options);
  if (unfit !== undefined) return wrong(unfit);
  return { name: definition.name, options: finished };
}

/** Options that are missing, or that do not go together (`xtables_options_fcheck`). */
function checkTogether(
  { name, options: known }: ExtensionDefinition,
  given: readonly Option[],
): string | undefined {
  const has = (flag: string) => given.some((each) => each.flag === flag);
  const title = (flag: string) => known.find((each) => each.flag === flag)?.title ?? flag;
  for (const each of known) {
    const said = `${name}: option "${title(each.flag)}"`;
    if (!has(each.flag)) {
      if (each.required) return `${said} must be specified\n`;
      continue;
    }
    for (const { flag } of known) {
      if (each.needs?.includes(flag) && !has(flag))
        return `${said} also requires "${title(flag)}".\n`;
      if (each.excludes?.includes(flag) && has(flag))
        return `${said} cannot be used together with "${title(flag)}".\n`;
    }
  }
  return undefined;
}

/** One rule for each pair of addresses; an address of length 0 matches all and is left out. */
function withAddresses(rule: Rule, draft: Draft): readonly Rule[] {
  const pick = (list: readonly AddressMatch[] | undefined): readonly (AddressMatch | undefined)[] =>
    list?.map((each) => (each.prefix === 0 && !each.invert ? undefined : each)) ?? [undefined];
  return pick(draft.source).flatMap((source) =>
    pick(draft.destination).map((destination) => ({
      ...(source ? { source } : {}),
      ...(destination ? { destination } : {}),
      ...rule,
    })),
  );
}
