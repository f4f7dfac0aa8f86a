/** `base` to the power `exponent`, modulo `modulus`. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  const reduced = base % modulus;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * reduced) % modulus;
  }
  return result;
}

/** What gives 1 when multiplied with the value; the modulus has no divisor in common with it. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulus, positive(value, modulus)];
  let [x, y] = [0n, 1n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return positive(x, modulus);
}

/** The remainder that is not negative. */
export const positive = (value: bigint, modulus: bigint): bigint =>
  ((value % modulus) + modulus) % modulus;
