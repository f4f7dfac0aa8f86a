/** One field as it stands on the wire: a number or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** Reads the fields of a message in order; throws a RangeError where the bytes are none. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw new RangeError('unexpected EOF');
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('integer overflow');
  };
  const piece = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw new RangeError('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('illegal tag 0');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        piece(8);
        yield { number, value: view.getBigUint64(at - 8, true) };
        break;
      case 2:
        yield { number, value: piece(Number(varint())) };
        break;
      case 5:
        piece(4);
        yield { number, value: BigInt(view.getUint32(at - 4, true)) };
        break;
      default:
        throw new RangeError(`illegal wireType ${tag % 8}`);
    }
  }
}

/** Text of bytes. */
export function textOf(value: WireField['value'] | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}

/** A signed number. */
export function numberOf(value: WireField['value'] | undefined): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}
