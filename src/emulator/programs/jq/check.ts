import { CompileError, type Node, type Pattern } from './ast.ts';
import { builtins } from './builtins.ts';
import { brief, typeOf } from './value.ts';

type Names = ReadonlySet<string>;

/** Looks whether all names of a program are there; throws CompileError. */
export function check(node: Node, names: Names): void {
  switch (node.type) {
    case 'call': {
      const name = `${node.name}/${node.words.length}`;
      if (!names.has(name) && !builtins.has(name)) {
        throw new CompileError(`${name} is not defined`, node.at);
      }
      break;
    }
    case 'variable':
      if (!names.has(node.name)) throw new CompileError(`${node.name} is not defined`, node.at);
      break;
    case 'break':
      if (!names.has(`*${node.name}`)) {
        throw new CompileError(`$*label-${node.name.slice(1)} is not defined`, node.at);
      }
      break;
    case 'binary':
      if (/^[/%]$/.test(node.operator) && isNumber(node.left) && isNumber(node.right, 0)) {
        throw new CompileError('Division by zero?', 0);
      }
      break;
    case 'object': {
      const wrong = node.entries.find(
        ([key]) => key.type === 'literal' && typeof key.value !== 'string',
      );
      if (wrong?.[0].type === 'literal') {
        const { value } = wrong[0];
        throw new CompileError(`Cannot use ${typeOf(value)} (${brief(value)}) as object key`, 1);
      }
      break;
    }
    case 'define': {
      const { name, parameters, body } = node.definition;
      const own = new Set([...names, `${name}/${parameters.length}`]);
      const inner = parameters.flatMap((each) =>
        each.startsWith('$') ? [each, `${each.slice(1)}/0`] : [`${each}/0`],
      );
      check(body, new Set([...own, ...inner]));
      return check(node.rest, own);
    }
    case 'as':
      check(node.source, names);
      return check(node.body, new Set([...names, ...node.patterns.flatMap(namesOf)]));
    case 'label':
      return check(node.body, new Set([...names, `*${node.name}`]));
    case 'reduce':
    case 'foreach': {
      check(node.source, names);
      check(node.start, names);
      const inner = new Set([...names, ...namesOf(node.pattern)]);
      check(node.update, inner);
      if (node.type === 'foreach' && node.extract) check(node.extract, inner);
      return undefined;
    }
    default:
  }
  for (const child of childrenOf(node)) check(child, names);
  return undefined;
}

function isNumber(node: Node, value?: number): boolean {
  if (node.type !== 'literal' || typeof node.value !== 'number') return false;
  return value === undefined || node.value === value;
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.type === 'variable') return [pattern.name];
  if (pattern.type === 'array') return pattern.of.flatMap(namesOf);
  return pattern.of.flatMap(([, inner, name]) => [
    ...(name ? [name] : []),
    ...(inner ? namesOf(inner) : []),
  ]);
}

function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value === 'object' && value !== null && 'type' in value) found.push(value as Node);
  };
  if (node.type !== 'literal') Object.values(node).forEach(visit);
  return found;
}

/** Whether a program asks for inputs itself. */
export function readsInputs(node: Node): boolean {
  if (node.type === 'call' && /^inputs?$/.test(node.name)) return true;
  if (node.type === 'define' && readsInputs(node.definition.body)) return true;
  return childrenOf(node).some(readsInputs);
}
