import { parseNetwork, type Family } from './address.ts';
import { impliedMatch, matches, notModelled, standardTargets, targetOf } from './catalog.ts';
import type { ExtensionDefinition, Option, OptionDefinition, ReadNames } from './extension.ts';
import { isReadError } from './extension.ts';
import { isCommandError, wrong, type CommandError, type Draft } from './draft.ts';
import { finishRules } from './finish-rule.ts';
import { builtInChains } from './tables.ts';
import { protocolName, protocolNumber, servicePort } from './names.ts';
import type { AddressMatch, Rule } from './rules.ts';

export { isCommandError, wrong, type CommandError } from './draft.ts';

/** Reads rules from words; `chains` are the user's chains that a jump may name. */
export interface RuleReader {
  /** Takes the word at the index and those that belong to it; gives the next index. */
  take(words: readonly string[], index: number, invert: boolean): number | CommandError;
  /** The rules (several where `-s a,b` names several addresses). */
  finish(): readonly Rule[] | CommandError;
  /** Lines for standard error that refuse nothing. */
  readonly warnings: readonly string[];
  /** Letters of the options that were used. */
  readonly used: ReadonlySet<string>;
  /** Whether a match or the target has exactly this option. */
  knows(head: string): boolean;
}

const basics: readonly (readonly [short: string, long: string, values: number])[] = [
  ['-s', '--source', 1],
  ['-s', '--src', 1],
  ['-d', '--destination', 1],
  ['-d', '--dst', 1],
  ['-p', '--protocol', 1],
  ['-p', '--proto', 1],
  ['-i', '--in-interface', 1],
  ['-o', '--out-interface', 1],
  ['-m', '--match', 1],
  ['-j', '--jump', 1],
  ['-g', '--goto', 1],
  ['-f', '--fragment', 0],
  ['-f', '--fragments', 0],
];

/** A reader for one rule. */
export function createRuleReader(
  hasChain: (name: string) => boolean,
  family: Family = 'IPv4',
  names: Pick<Draft, 'hasSet' | 'hostAddress'> = {},
): RuleReader {
  const draft: Draft = { family, ...names, warnings: [], used: new Set(), matches: [] };
  return {
    used: draft.used,
    knows: (head) => head.startsWith('--') && findOption(draft, head, true) !== undefined,
    warnings: draft.warnings,
    take(words, index, invert) {
      const word = words[index] as string;
      const [head, attached] = splitAttached(word);
      // `--proto` only shortens an option of the tool's own; extensions' own options come first.
      const own = head === '--proto' && findOption(draft, head, true) !== undefined;
      const basic = own
        ? undefined
        : basics.find(([short, long]) => head === short || head === long)?.[0];
      if (basic !== undefined)
        return takeBasic(draft, basic, words, index, attached, invert, hasChain);
      return takeExtension(draft, words, index, head, attached, invert);
    },
    finish: () => finishRules(draft),
  };
}

/** `--flag=value` and `-svalue` as flag and value. */
function splitAttached(word: string): readonly [head: string, attached: string | undefined] {
  const long = /^(--[^=]+)=(.*)$/s.exec(word);
  if (long) return [long[1] as string, long[2]];
  if (/^-[sdpiomjg]./.test(word)) return [word.slice(0, 2), word.slice(2)];
  return [word, undefined];
}

function takeBasic(
  draft: Draft,
  flag: string,
  words: readonly string[],
  index: number,
  attached: string | undefined,
  invert: boolean,
  hasChain: (name: string) => boolean,
): number | CommandError {
  if (flag === '-f') {
    if (draft.family === 'IPv6') {
      return wrong("`-f' is not supported in IPv6, use -m frag instead");
    }
    draft.used.add('f');
    draft.fragment = invert ? { invert } : {};
    return index + 1;
  }
  const value = attached ?? words[index + 1];
  if (value === undefined) return wrong(`option "${words[index]}" requires an argument`);
  const next = attached === undefined ? index + 2 : index + 1;
  const after = words[next];
  // The mark is taken for the value; it is the next word that nothing fits.
  if (value === '!' && 'sdio'.includes(flag[1] ?? '') && after && !after.startsWith('-')) {
    return badArgument(after);
  }
  if (flag === '-p' && attached !== undefined && !words[index]?.startsWith('--')) {
    return wrong(`unknown protocol "${words[index]?.toLowerCase()}" specified`);
  }
  draft.used.add(flag[1] ?? '');
  const refused = setBasic(draft, flag, value, invert, hasChain);
  return refused ?? next;
}

function setBasic(
  draft: Draft,
  flag: string,
  value: string,
  invert: boolean,
  hasChain: (name: string) => boolean,
): CommandError | undefined {
  const inverted = invert ? { invert: true } : {};
  if (flag === '-s' || flag === '-d') {
    const side = flag === '-s' ? 'source' : 'destination';
    if (draft[side]) return wrong(`multiple ${flag} flags not allowed`);
    const addresses = readAddresses(value, invert, draft);
    if (isCommandError(addresses)) return addresses;
    draft[side] = addresses;
  } else if (flag === '-p') {
    if (draft.protocol) return wrong('multiple -p flags not allowed');
    const name = protocolName(value);
    if (name === undefined) return wrong(`unknown protocol "${value.toLowerCase()}" specified`);
    if (name === 'all' && invert) return wrong('rule would never match protocol');
    draft.protocol = { name, ...inverted };
  } else if (flag === '-i' || flag === '-o') {
    const side = flag === '-i' ? 'inInterface' : 'outInterface';
    if (draft[side]) return wrong(`multiple ${flag} flags not allowed`);
    if (value === '') return wrong('Empty interface is likely to be undesired');
    if (/[ /]/.test(value)) {
      draft.warnings.push(
        `Warning: weird character in interface \`${value}' ` +
          "('/' and ' ' are not allowed by the kernel).\n",
      );
    }
    if (value.length > 15)
      return wrong(`interface name \`${value}' must be shorter than IFNAMSIZ (15)`);
    draft[side] = { name: value, ...inverted };
  } else if (flag === '-m') {
    if (invert) return wrong('unexpected ! flag before --match');
    return addMatch(draft, value);
  } else {
    if (invert) return wrong(`cannot have ! before ${flag}`);
    if (draft.target) return wrong(`multiple ${flag} flags not allowed`);
    return setTarget(draft, value, flag === '-g', hasChain);
  }
  return undefined;
}

function readAddresses(
  text: string,
  invert: boolean,
  { family, hostAddress }: Draft,
): readonly AddressMatch[] | CommandError {
  const found: AddressMatch[] = [];
  for (const item of text.split(',')) {
    const [head = '', tail] = item.split('/');
    const named = parseNetwork(head, family) ? undefined : hostAddress?.(head);
    const whole = tail === undefined ? named : `${named}/${tail}`;
    const network = parseNetwork(named === undefined ? item : (whole ?? item), family);
    if (!network) {
      const mask = item.split('/')[1];
      const any = family === 'IPv6' ? '::' : '0.0.0.0';
      const badMask = mask !== undefined && parseNetwork(`${any}/${mask}`, family) === undefined;
      return wrong(
        badMask
          ? `invalid mask \`${mask}' specified`
          : `host/network \`${item.split('/')[0]}' not found`,
      );
    }
    found.push(invert ? { ...network, invert: true } : network);
  }
  if (found.length > 1 && invert) {
    return wrong('! not allowed with multiple source or destination IP addresses');
  }
  return found;
}

function addMatch(draft: Draft, name: string): CommandError | undefined {
  const definition = matches.get(name);
  const other = definition?.family !== undefined && definition.family !== draft.family;
  if (!definition || other) return unknownExtension('match', name);
  draft.matches.push({ definition, options: [] });
  return undefined;
}

function unknownExtension(kind: 'match' | 'target', name: string): CommandError {
  if (notModelled.includes(name)) {
    const flag = kind === 'match' ? '-m' : '-j';
    return { message: `${flag} ${name} is not modelled here`, exit: 2 };
  }
  return wrong(`Couldn't load ${kind} \`${name}':No such file or directory\n`);
}

/** Chains of the kernel's own, to which it lets nobody jump. */
const BUILT_IN = new Set(Object.values(builtInChains).flat());

function setTarget(
  draft: Draft,
  name: string,
  goto: boolean,
  hasChain: (name: string) => boolean,
): CommandError | undefined {
  if (name.length > 28) return wrong(`Invalid target name "${name}" (28 chars max)`);
  if (name === '' || /^[-!]/.test(name))
    return wrong(`Invalid target name (chain name must not start with '${name[0] ?? ''}')`);
  if (hasChain(name) || BUILT_IN.has(name)) {
    draft.target = { name, options: [] };
    if (goto) draft.goto = true;
    return undefined;
  }
  const missing = (kind: 'target' | 'goto'): undefined => {
    // Whether it is there is looked at last.
    draft.target = { name, options: [] };
    draft.late = { ...wrong(`Chain '${name}' does not exist`), missing: kind };
    return undefined;
  };
  if (goto) return missing('goto');
  if (standardTargets.includes(name)) {
    draft.target = { name, options: [] };
    return undefined;
  }
  const definition = targetOf(name, draft.family);
  const other = definition?.family !== undefined && definition.family !== draft.family;
  if (definition && !other) {
    draft.target = { name, definition, options: [] };
    return undefined;
  }
  if (notModelled.includes(name)) return unknownExtension('target', name);
  return missing('target');
}

function takeExtension(
  draft: Draft,
  words: readonly string[],
  index: number,
  head: string,
  attached: string | undefined,
  invert: boolean,
): number | CommandError {
  if (!head.startsWith('-')) return badArgument(head);
  const found = findOption(draft, head);
  if (!found) return wrong(`unknown option "${words[index]}"`);
  const { holder, definition } = found;
  const title = definition.title ?? definition.flag;
  const said = `${holder.definition?.name}: option "${title}"`;
  if (!definition.repeats && holder.options.some((each) => each.flag === definition.flag)) {
    return wrong(definition.onceText ?? `${said} can only be used once.\n`);
  }
  if (invert && !definition.invertible) return wrong(`${said} cannot be inverted.\n`);
  const values: string[] = attached === undefined ? [] : [attached];
  let next = index + 1;
  while (values.length < definition.values) {
    const word = words[next];
    if (word === undefined) return wrong(`option "${words[index]}" requires an argument`);
    values.push(word);
    next += 1;
  }
  const { family, protocol, hasSet } = draft;
  const names: ReadNames = {
    port: servicePort,
    protocolNumber: numberOf,
    protocol: protocol?.name,
    inverted: invert,
    warn: (text) => draft.warnings.push(text),
    given: (flag) => holder.options.some((each) => each.flag === flag),
    family,
    hasSet,
  };
  const read = definition.read ? definition.read(values, names) : values;
  if (isReadError(read)) return wrong(read.error);
  holder.options.push({ flag: definition.flag, values: read, ...(invert ? { invert } : {}) });
  return next;
}

/** A protocol by its name or number. */
function numberOf(text: string): number | undefined {
  const name = protocolName(text);
  return name === undefined ? undefined : /^\d+$/.test(name) ? Number(name) : protocolNumber(name);
}

/** Printed as it stands, without the tool's name. */
export const badArgument = (word: string): CommandError => ({
  message: `Bad argument \`${word}'`,
  exit: 2,
  hint: true,
  plain: true,
});

type Holder = { definition?: ExtensionDefinition; options: Option[] };

/** Where an option belongs: the target, the newest match that has it, or the protocol's match. */
function findOption(
  draft: Draft,
  head: string,
  exactly = false,
): { holder: Holder; definition: OptionDefinition } | undefined {
  const holders: Holder[] = [
    ...(draft.target ? [draft.target] : []),
    ...[...draft.matches].reverse(),
  ];
  for (const exact of exactly ? [true] : [true, false]) {
    for (const holder of holders) {
      const definition = lookUp(holder.definition, head, exact);
      if (definition) return { holder, definition };
    }
  }
  if (exactly) return undefined;
  const implied =
    draft.protocol && !draft.protocol.invert ? impliedMatch(draft.protocol.name) : undefined;
  const definition = lookUp(implied, head, true) ?? lookUp(implied, head, false);
  if (!implied || !definition || draft.matches.some((each) => each.definition === implied))
    return undefined;
  const holder = { definition: implied, options: [] };
  draft.matches.push(holder);
  return { holder, definition };
}

/** An option by its name, an alias, or (as getopt allows) the beginning of exactly one name. */
function lookUp(
  extension: ExtensionDefinition | undefined,
  head: string,
  exact: boolean,
): OptionDefinition | undefined {
  if (!extension || head.length < 3) return undefined;
  const named = (each: OptionDefinition) => [each.flag, ...(each.aliases ?? [])];
  if (exact) return extension.options.find((each) => named(each).includes(head));
  const starting = extension.options.filter((each) =>
    named(each).some((name) => name.startsWith(head)),
  );
  return starting.length === 1 ? starting[0] : undefined;
}
