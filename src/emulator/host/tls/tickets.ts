import type { Octets } from '../../x509/octets.ts';
import { handshake, messageOctets, two, vector, type TlsVersion } from './wire.ts';

/** A session ticket: the session sealed in blocks of 16, with its key's name, vector and digest. */
export function ticketMessage(
  version: TlsVersion,
  name: string | undefined,
  like: 'openssl' | 'go',
): Octets {
  const session = 113 + (name === undefined ? 0 : name.length + 4);
  const blocks = (Math.floor(session / 16) + 1) * 16;
  const size = like === 'go' ? 113 : 64 + blocks;
  const body = vector(2, noise(size, 0x7ea5));
  const lifetime = Uint8Array.of(0, 0, 1, 44);
  return version === 'TLSv1.2'
    ? messageOctets(handshake.newTicket, lifetime, body)
    : messageOctets(
        handshake.newTicket,
        lifetime,
        noise(4, 3),
        vector(1, noise(8, 5)),
        body,
        two(0),
      );
}

/** Bytes that mean nothing. */
export function noise(size: number, seed: number): Octets {
  let state = seed | 1;
  return Uint8Array.from({ length: size }, () => {
    state = Math.imul(state, 0x41c64e6d) + 12_345;
    return (state >>> 16) & 0xff;
  });
}
