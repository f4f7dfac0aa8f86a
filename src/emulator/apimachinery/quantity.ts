/** A quantity of resources (apimachinery `resource.Quantity`): exact, in units of 10^-9. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Quantities that were read: schedulers read the same few for each pod and node. */
const known = new Map<string, Quantity | undefined>();
const KEPT = 1_000;

/** Reads a quantity (`100m`, `1.5Gi`, `2e3`); undefined if it is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const before = known.get(text);
  if (before) return before;
  const read = readQuantity(text);
  if (known.size >= KEPT) known.clear();
  known.set(text, read);
  return read;
}

function readQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, sign, number, suffix = ''] = match as unknown as [string, string, string, string?];
  const [whole = '0', fraction = ''] = number.split('.');
  const scaled = BigInt((whole || '0') + fraction.padEnd(9, '0').slice(0, 9));
  const exact = fraction.length > 9 && /[1-9]/.test(fraction.slice(9)) ? scaled + 1n : scaled;
  let nano: bigint;
  let format: Quantity['format'] = 'DecimalSI';
  const power = binary.indexOf(suffix);
  if (power >= 0) {
    nano = exact * 1024n ** BigInt(power + 1);
    format = 'BinarySI';
  } else if (/^[eE][+-]?\d/.test(suffix)) {
    const exponent = Number(suffix.slice(1));
    nano = exponent >= 0 ? exact * 10n ** BigInt(exponent) : exact / 10n ** BigInt(-exponent);
    format = 'DecimalExponent';
  } else {
    const exponent = decimal[suffix] as number;
    nano =
      exponent >= 0 ? exact * 10n ** BigInt(exponent) : ceilDivide(exact, 10n ** BigInt(-exponent));
  }
  return { nano: sign === '-' ? -nano : nano, format };
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** The canonical text of a quantity: `1500m`, `1536Mi`, `2k`. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const size = nano < 0n ? -nano : nano;
  const one = 1_000_000_000n;
  if (format === 'BinarySI' && size >= 1024n * one && size % one === 0n) {
    let units = size / one;
    let power = 0;
    while (units % 1024n === 0n && power < binary.length) {
      units /= 1024n;
      power += 1;
    }
    return `${sign}${units}${power === 0 ? '' : binary[power - 1]}`;
  }
  let value = size;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalExponent' && exponent > 0) return `${sign}${value}e${exponent}`;
  const suffix = Object.entries(decimal).find(([, power]) => power === exponent)?.[0] ?? '';
  return `${sign}${value}${suffix}`;
}

/** Milli-units, rounded up: what schedulers count CPU in. */
export function milliValue(text: string | number | undefined): number {
  const quantity = parseQuantity(String(text ?? '0'));
  return quantity ? Number(ceilDivide(quantity.nano, 1_000_000n)) : 0;
}

/** Whole units, rounded up: bytes, pods. */
export function wholeValue(text: string | number | undefined): number {
  const quantity = parseQuantity(String(text ?? '0'));
  return quantity ? Number(ceilDivide(quantity.nano, 1_000_000_000n)) : 0;
}
