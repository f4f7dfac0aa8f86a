import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { dgst, enc, rand } from './digest.ts';
import { ecparam, genpkey, genrsa, keyCommand } from './keys.ts';
import { req } from './req.ts';
import { sClient } from './s-client.ts';
import { verifyCommand } from './verify.ts';
import { x509 } from './x509.ts';

/** openssl 3.0: certificates, keys, and a client for TLS. */
const program: ProgramCode = {
  run,
};

export default program;

type Command = (sys: Sys, words: readonly string[]) => Call<number>;

const commands: Readonly<Record<string, Command>> = {
  base64: enc,
  dgst: dgst(),
  ec: keyCommand('ec'),
  ecparam,
  enc,
  genpkey,
  genrsa,
  md5: dgst('md5'),
  pkey: keyCommand('pkey'),
  rand,
  req,
  rsa: keyCommand('rsa'),
  s_client: sClient,
  sha1: dgst('sha1'),
  sha256: dgst('sha256'),
  sha384: dgst('sha384'),
  sha512: dgst('sha512'),
  verify: verifyCommand,
  version,
  x509,
};

/** Commands that the real one has and this has not. */
const unmodelled = new Set(
  (
    'asn1parse ca ciphers cmp cms crl crl2pkcs7 dhparam dsa dsaparam engine errstr fipsinstall ' +
    'gendsa help info kdf list mac nseq ocsp passwd pkcs12 pkcs7 pkcs8 pkeyparam pkeyutl prime ' +
    'rehash rsautl s_server s_time sess_id smime speed spkac srp storeutl ts'
  ).split(' '),
);

const DATE = '25 Aug 2026';
const VERSION = `OpenSSL 3.0.22 ${DATE}`;

function* version(sys: Sys, [word]: readonly string[]): Call<number> {
  if (word !== undefined && word !== '-v') {
    yield* sys.write(2, `openssl version: ${word} is not modelled here\n`);
    return 2;
  }
  yield* sys.write(1, `${VERSION} (Library: ${VERSION})\n`);
  return 0;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const [name = 'help', ...words] = argv.slice(1);
  const command = commands[name];
  if (command) return yield* command(sys, words);
  if (unmodelled.has(name)) {
    yield* sys.write(2, `openssl ${name} is not modelled here\n`);
    return 2;
  }
  yield* sys.write(2, `Invalid command '${name}'; type "help" for a list.\n`);
  return 1;
}
