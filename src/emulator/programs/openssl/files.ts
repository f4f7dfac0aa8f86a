import { isErrno, strerror } from '../../host/errno.ts';
import { octetsOf, textOfOctets } from '../../world/octets.ts';
import type { Call } from '../../host/syscalls.ts';
import { readCertificate, readCertificates } from '../../x509/certificate.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { readPrivate, readPublic, type PrivateKey, type PublicKey } from '../../x509/keys.ts';
import type { Octets } from '../../x509/octets.ts';
import { errorLine, type Line } from './options.ts';

/** All of a file, or of standard input; undefined where it cannot be had. */
export function* readAll(line: Line, path: string | undefined): Call<string | undefined> {
  const { sys } = line;
  if (path !== undefined && path !== '-') {
    const found = sys.files.read(path);
    return isErrno(found) ? undefined : found.text;
  }
  let text = '';
  for (;;) {
    const piece = yield* sys.read(0);
    if (piece === null || isErrno(piece)) return text;
    text += piece;
  }
}

/** Writes what a command made: to `-out`, or to standard output. */
export function* emit(line: Line, text: string, path = line.value('out')): Call<void> {
  if (path === undefined || path === '-') yield* line.sys.write(1, text);
  else line.sys.files.write(path, text, { append: false });
}

/** Text of DER bytes, for `-outform DER`. */
export const derText = (der: Octets): string => textOfOctets(der);

/** What OpenSSL says of a file that it cannot open (its store's loaders). */
export function* complain(line: Line, what: string, path: string | undefined): Call<void> {
  const { sys } = line;
  const there = path === undefined ? undefined : sys.files.stat(path);
  const name = path ?? '<stdin>';
  if (path !== undefined && isErrno(there)) {
    const scheme = '../crypto/store/store_register.c:237:scheme=file';
    const file = '../providers/implementations/storemgmt/file_store.c:266';
    yield* sys.write(
      2,
      `Could not open file or uri for loading ${what} from ${name}\n` +
        errorLine(
          sys,
          '16000069',
          `STORE routines:ossl_store_get0_loader_int:unregistered scheme:${scheme}`,
        ) +
        errorLine(
          sys,
          '80000002',
          `system library:file_open:${strerror('ENOENT')}:${file}:calling stat(${name})`,
        ),
    );
    return;
  }
  const result = 'ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:149:';
  const said = path === undefined ? '' : errorLine(sys, '1608010C', `STORE routines:${result}`);
  yield* sys.write(2, `Could not read ${what} from ${name}\n${said}`);
}

/** A certificate in PEM or DER; undefined where there is none, after its complaint. */
export function* certificateFrom(
  line: Line,
  path: string | undefined,
  what = 'certificate',
): Call<Certificate | undefined> {
  const text = yield* readAll(line, path);
  const found =
    text === undefined ? undefined : (readCertificates(text)[0] ?? readCertificate(octetsOf(text)));
  if (!found) yield* complain(line, what, path);
  return found;
}

/** A private key; undefined where there is none, after its complaint. */
export function* privateFrom(
  line: Line,
  path: string | undefined,
  what = 'private key',
): Call<PrivateKey | undefined> {
  const text = yield* readAll(line, path);
  const found = text === undefined ? undefined : readPrivate(text);
  if (!found) yield* complain(line, what, path);
  return found;
}

/** A public key, which a private one has in it. */
export function* publicFrom(line: Line, path: string | undefined): Call<PublicKey | undefined> {
  const text = yield* readAll(line, path);
  const found = text === undefined ? undefined : readPublic(text);
  if (!found) yield* complain(line, 'public key', path);
  return found;
}
