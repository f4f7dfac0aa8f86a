import { expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { isBinary } from './octets.ts';

it('keeps bytes that are no UTF-8', () => {
  const text = decodeBase64('//0=');
  expect(isBinary(text)).toBe(true);
  expect(encodeBase64(text)).toBe('//0=');
  expect(isBinary(decodeBase64('7ZWc'))).toBe(false);
});
