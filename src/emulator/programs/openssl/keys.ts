import type { Call, Sys } from '../../host/syscalls.ts';
import { identifier } from '../../x509/der.ts';
import { privatePem, publicPem, spkiOf, traditional, pkcs8 } from '../../x509/keys.ts';
import type { PrivateKey } from '../../x509/keys.ts';
import { hexOf, octetsOfNumber, pem } from '../../x509/octets.ts';
import { derText, emit, privateFrom, publicFrom } from './files.ts';
import { curveOf, makeKey } from './make-key.ts';
import { errorLine, readLine, refuse, type Line } from './options.ts';
import { privateText, publicText } from './text.ts';

const encryption =
  'aes128 aes192 aes256 aes-128-cbc aes-192-cbc aes-256-cbc des3 des camellia128 aria128'.split(
    ' ',
  );

function* read(
  sys: Sys,
  command: string,
  words: readonly string[],
  flags: string,
  values: string,
): Call<Line | number> {
  const all = [...flags.split(' '), ...encryption, 'help'];
  const line = readLine(sys, command, words, { flags: all, values: values.split(' ') });
  if (typeof line !== 'string') return (yield* refuse(line, encryption)) ? 2 : line;
  yield* sys.write(2, line);
  return 1;
}

const traditionalPem = (key: PrivateKey): string =>
  pem(key.type === 'rsa' ? 'RSA PRIVATE KEY' : 'EC PRIVATE KEY', traditional(key));

/** Writes a secret where only its owner reads it. */
function* emitSecret(line: Line, text: string): Call<void> {
  yield* emit(line, text);
  const out = line.value('out');
  if (out !== undefined && out !== '-') line.sys.files.setMode(out, 0o600);
}

/** `openssl genrsa [bits]` */
export function* genrsa(sys: Sys, words: readonly string[]): Call<number> {
  const line = yield* read(sys, 'genrsa', words, 'traditional verbose 3 F4 f4', 'out rand');
  if (typeof line === 'number') return line;
  const [bits = '2048'] = line.rest;
  if (!/^\d+$/.test(bits)) {
    yield* sys.write(2, `genrsa: Not an integer: ${bits}\ngenrsa: Use -help for summary.\n`);
    return 1;
  }
  const key = yield* makeKey(sys, 'RSA', [`rsa_keygen_bits:${bits}`], line.has('verbose'));
  if (!key) return 2;
  yield* emitSecret(line, line.has('traditional') ? traditionalPem(key) : privatePem(key));
  return 0;
}

/** `openssl genpkey -algorithm RSA|EC` */
export function* genpkey(sys: Sys, words: readonly string[]): Call<number> {
  const values = 'algorithm pkeyopt out outform paramfile pass';
  const line = yield* read(sys, 'genpkey', words, 'text genparam quiet', values);
  if (typeof line === 'number') return line;
  const algorithm = line.value('algorithm');
  if (algorithm === undefined) {
    yield* sys.write(2, 'genpkey: Use -help for summary.\n');
    return 1;
  }
  const set = line.given.filter(({ name }) => name === 'pkeyopt').map(({ value }) => value);
  const key = yield* makeKey(sys, algorithm.toUpperCase(), set, !line.has('quiet'));
  if (!key) return 2;
  yield* emitSecret(line, privatePem(key) + (line.has('text') ? privateText(key) : ''));
  return 0;
}

/** `openssl ecparam -name … -genkey` */
export function* ecparam(sys: Sys, words: readonly string[]): Call<number> {
  const line = yield* read(sys, 'ecparam', words, 'genkey noout text list_curves', 'name in out');
  if (typeof line === 'number') return line;
  if (line.has('list_curves') || line.value('name') === undefined) {
    yield* sys.write(2, 'openssl ecparam: without -name it is not modelled here\n');
    return 2;
  }
  const name = line.value('name') ?? '';
  const curve = curveOf(name);
  if (!curve) {
    const where = 'group_new_from_name:invalid curve:../crypto/ec/ec_lib.c:1490:';
    const line = errorLine(sys, '0800008D', `elliptic curve routines:${where}`);
    yield* sys.write(2, `unable to generate key\n${line}`);
    return 1;
  }
  const parameters = pem('EC PARAMETERS', identifier(curve.id));
  const key = line.has('genkey')
    ? yield* makeKey(sys, 'EC', [`ec_paramgen_curve:${curve.name}`], false)
    : undefined;
  yield* emitSecret(line, (line.has('noout') ? '' : parameters) + (key ? traditionalPem(key) : ''));
  return 0;
}

/** `openssl rsa`, `openssl ec` and `openssl pkey`: look at a key, or write it in another form. */
export function keyCommand(command: 'rsa' | 'ec' | 'pkey') {
  return function* (sys: Sys, words: readonly string[]): Call<number> {
    const flags =
      'noout text check modulus pubin pubout traditional text_pub pubcheck RSAPublicKey_out';
    const line = yield* read(sys, command, words, flags, 'in out inform outform passin passout');
    if (typeof line === 'number') return line;
    if (line.has('RSAPublicKey_out')) {
      yield* sys.write(2, `openssl ${command}: -RSAPublicKey_out is not modelled here\n`);
      return 2;
    }
    if (command === 'ec') yield* sys.write(2, 'read EC key\n');
    const path = line.value('in');
    if (line.has('pubin')) {
      const key = yield* publicFrom(line, path);
      if (!key) return 1;
      yield* emit(line, line.has('text') ? publicText(key, 0) : '');
      if (line.has('modulus') && key.type === 'rsa') yield* emit(line, modulusLine(key.n));
      if (!line.has('noout')) yield* emit(line, publicPem(key));
      return 0;
    }
    const key = yield* privateFrom(line, path, command === 'pkey' ? 'key' : 'private key');
    if (!key) return 1;
    return yield* showKey(line, command, key);
  };
}

const modulusLine = (n: bigint) => `Modulus=${hexOf(octetsOfNumber(n)).toUpperCase()}\n`;

function* showKey(line: Line, command: 'rsa' | 'ec' | 'pkey', key: PrivateKey): Call<number> {
  const { sys } = line;
  const kind = key.type === 'rsa' ? 'RSA' : 'EC';
  if (line.has('text') && command !== 'pkey') yield* emit(line, privateText(key));
  if (line.has('modulus') && key.type === 'rsa') yield* emit(line, modulusLine(key.n));
  if (line.has('check')) {
    const said = command === 'pkey' ? 'Key is valid\n' : `${kind} key ok\n`;
    yield* sys.write(1, said);
  }
  const der = line.value('outform')?.toUpperCase() === 'DER';
  if (!line.has('noout')) {
    if (command !== 'pkey') yield* sys.write(2, `writing ${kind} key\n`);
    const whole = line.has('pubout')
      ? der
        ? derText(spkiOf(key))
        : publicPem(key)
      : der
        ? derText(pkcs8(key))
        : line.has('traditional') || command === 'ec'
          ? traditionalPem(key)
          : privatePem(key);
    if (line.has('pubout')) yield* emit(line, whole);
    else yield* emitSecret(line, whole);
  }
  if (command === 'pkey' && line.has('text')) yield* emit(line, privateText(key));
  if (command === 'pkey' && line.has('text_pub')) yield* emit(line, publicText(key, 0));
  return 0;
}
