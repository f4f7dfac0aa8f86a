import { brief, compare, isArray, isObject, JqError, typeOf, type Value } from './value.ts';

function cannot(left: Value, right: Value, what: string): JqError {
  const shown = (value: Value) => `${typeOf(value)} (${brief(value)})`;
  return new JqError(`${shown(left)} and ${shown(right)} cannot be ${what}`);
}

/** What an operator makes of two values. */
export function operate(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '%':
      return remainder(left, right);
    case '==':
      return compare(left, right) === 0;
    case '!=':
      return compare(left, right) !== 0;
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    default:
      return compare(left, right) >= 0;
  }
}

export function add(left: Value, right: Value): Value {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (isArray(left) && isArray(right)) return [...left, ...right];
  if (isObject(left) && isObject(right)) return new Map([...left, ...right]);
  throw cannot(left, right, 'added');
}

function subtract(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isArray(left) && isArray(right)) {
    return left.filter((each) => !right.some((other) => compare(each, other) === 0));
  }
  throw cannot(left, right, 'subtracted');
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  const [text, count] = typeof left === 'string' ? [left, right] : [right, left];
  if (typeof text === 'string' && typeof count === 'number') {
    if (count <= 0) return null;
    if (text.length * count > 50_000_000) throw new JqError('Repeat string result too long');
    return text.repeat(count < 1 ? 1 : Math.floor(count));
  }
  if (isObject(left) && isObject(right)) return merge(left, right);
  throw cannot(left, right, 'multiplied');
}

/** Objects within objects are merged as well. */
function merge(left: ReadonlyMap<string, Value>, right: ReadonlyMap<string, Value>): Value {
  const made = new Map(left);
  for (const [key, value] of right) {
    const before = made.get(key) ?? null;
    made.set(key, isObject(before) && isObject(value) ? merge(before, value) : value);
  }
  return made;
}

function divide(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0) throw cannot(left, right, 'divided because the divisor is zero');
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  throw cannot(left, right, 'divided');
}

/** Parts of a text; nothing has no parts. */
export function splitText(text: string, by: string): Value {
  if (text === '') return [];
  return by === '' ? [...text] : text.split(by);
}

function remainder(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    const [a, b] = [Math.trunc(left), Math.abs(Math.trunc(right))];
    if (b === 0) throw cannot(left, right, 'divided because the divisor is zero');
    return a % b;
  }
  throw cannot(left, right, 'divided');
}
