import { strerror } from '../../host/errno.ts';
import { octetsOf } from '../../world/octets.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { base64ToBytes, bytesToBase64 } from '../../world/base64.ts';
import { digests, type DigestName } from '../../x509/digest.ts';
import { hexOf, octetsOfHex } from '../../x509/octets.ts';
import { derText, emit, readAll } from './files.ts';
import { digestOf, errorLine, readLine, refuse } from './options.ts';

const labels: Readonly<Record<DigestName, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha256: 'SHA2-256',
  sha384: 'SHA2-384',
  sha512: 'SHA2-512',
};

const unmodelled = 'hmac mac macopt sign verify prverify signature binary sigopt'.split(' ');

/** `openssl dgst -sha256 FILE…`, and `openssl sha256 FILE…` with the digest as its name. */
export function dgst(own?: DigestName) {
  return function* (sys: Sys, words: readonly string[]): Call<number> {
    const line = readLine(sys, own ?? 'dgst', words, {
      digests: true,
      flags: ['r', 'c', 'hex', 'binary', 'help'],
      values: ['out', ...unmodelled.filter((name) => name !== 'binary')],
    });
    if (typeof line === 'string') {
      yield* sys.write(2, line);
      return 1;
    }
    if (yield* refuse(line, unmodelled)) return 2;
    const given = digestOf(line);
    const name = given ?? own ?? 'sha256';
    const label = given === undefined && own === undefined ? 'SHA256' : labels[name];
    let code = 0;
    for (const path of line.rest.length > 0 ? line.rest : [undefined]) {
      const text = yield* readAll(line, path);
      if (text === undefined) {
        const why = strerror('ENOENT');
        const file = `file_ctrl:${why}:../crypto/bio/bss_file.c:297:calling fopen(${path}, r)`;
        const rest = 'BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:300:';
        yield* sys.write(
          2,
          `${path}: ${why}\n${errorLine(sys, '80000002', `system library:${file}`)}` +
            errorLine(sys, '10080002', rest),
        );
        code = 1;
        continue;
      }
      const sum = hexOf(digests[name](octetsOf(text)), line.has('c') ? ':' : '');
      const shown = path ?? 'stdin';
      yield* emit(line, line.has('r') ? `${sum} *${shown}\n` : `${label}(${shown})= ${sum}\n`);
    }
    return code;
  };
}

/** `openssl rand [-hex|-base64] N` */
export function* rand(sys: Sys, words: readonly string[]): Call<number> {
  const flags = ['hex', 'base64', 'help'];
  const line = readLine(sys, 'rand', words, { flags, values: ['out', 'rand', 'writerand'] });
  if (typeof line === 'string') {
    yield* sys.write(2, line);
    return 1;
  }
  const [count = ''] = line.rest;
  if (!/^\d+$/.test(count)) {
    yield* sys.write(2, 'rand: Use -help for summary.\n');
    return 1;
  }
  const bytes = octetsOfHex(sys.chance.hex(`rand/${sys.now}`, Number(count) * 2));
  const rows = bytesToBase64(bytes).match(/.{1,64}/g) ?? [];
  const text = line.has('hex')
    ? `${hexOf(bytes)}\n`
    : line.has('base64')
      ? rows.map((row) => `${row}\n`).join('')
      : derText(bytes);
  yield* emit(line, text);
  return 0;
}

/** `openssl base64 [-d] [-A]`, and `openssl enc -base64`. */
export function* enc(sys: Sys, words: readonly string[]): Call<number> {
  const flags = ['d', 'e', 'A', 'a', 'base64', 'help'];
  const line = readLine(sys, 'enc', words, { flags, values: ['in', 'out'] });
  if (typeof line === 'string') {
    const cipher = /^enc: Unknown option: -((aes|des|aria|camellia|bf|rc).*)\n/.exec(line)?.[1];
    yield* sys.write(2, cipher ? `openssl enc: -${cipher} is not modelled here\n` : line);
    return cipher ? 2 : 1;
  }
  const text = yield* readAll(line, line.value('in'));
  if (text === undefined) {
    yield* sys.write(2, `Can't open "${line.value('in')}" for reading, ${strerror('ENOENT')}\n`);
    return 1;
  }
  if (line.has('d')) {
    yield* emit(line, derText(base64ToBytes(text)));
    return 0;
  }
  const coded = bytesToBase64(octetsOf(text));
  const rows = line.has('A') ? [coded] : (coded.match(/.{1,64}/g) ?? []);
  yield* emit(line, line.has('A') ? coded : rows.map((row) => `${row}\n`).join(''));
  return 0;
}
