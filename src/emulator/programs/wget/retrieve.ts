import { fieldOf } from '../../host/http/message.ts';
import type { Call } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { exchange, type Answer } from './exchange.ts';
import { bodyOf } from './request.ts';
import { save } from './save.ts';
import { loadAuthorities } from './secure.ts';
import { EXIT, stamp, tell, warn, type Session } from './session.ts';
import { follow, parseUrl, type Url } from './url.ts';

/** One URL of the command line, with the redirects that it leads to. Gives the exit code. */
export function* retrieve(session: Session, given: string): Call<number> {
  const { sys, settings } = session;
  let url = parseUrl(given);
  let body = bodyOf(sys, settings);
  if (typeof body === 'object') {
    yield* warn(session, `BODY data file ${body.missing} missing: No such file or directory\n`);
    return EXIT.generic;
  }
  for (let redirects = 0; ; redirects++) {
    if (typeof url === 'string') {
      yield* warn(session, `${given}: ${url}.\n`);
      return EXIT.generic;
    }
    const next: Next = yield* tryOften(session, url, body);
    if ('code' in next) return next.code;
    if (redirects >= settings.redirects) {
      yield* warn(session, `${settings.redirects} redirections exceeded.\n`);
      return EXIT.server;
    }
    if (next.status !== 307 && next.status !== 308) body = undefined;
    url = parseUrl(next.location);
  }
}

/** Where a redirect leads to, or the exit code. */
type Next = { readonly location: string; readonly status: number } | { readonly code: number };

/** Tries a URL until it has been had, or as often as `-t` says, with pauses that grow. */
function* tryOften(session: Session, url: Url, body: string | undefined): Call<Next> {
  const { sys, settings } = session;
  if (settings.spider) {
    yield* tell(session, 'Spider mode enabled. Check if remote file exists.\n');
  }
  for (let count = 1; ; count++) {
    if (count > 1) yield* sys.sleep(Math.min((count - 1) * SECOND, settings.longestPause));
    const again = count > 1 ? `  (try:${String(count).padStart(2)})` : '';
    yield* tell(session, `--${stamp(session)}--${again}  ${url.text}\n`);
    if (url.scheme === 'https') yield* loadAuthorities(session);
    const answer = yield* exchange(session, url, body);
    if ('again' in answer) {
      if (!answer.again) return { code: answer.insecure ? EXIT.ssl : EXIT.network };
    } else {
      const next = yield* take(session, url, answer);
      if (next) return next;
    }
    const last = settings.tries > 0 && count >= settings.tries;
    yield* tell(session, last ? 'Giving up.\n\n' : 'Retrying.\n\n');
    if (last) return { code: EXIT.network };
  }
}

/** What the answer asks for; undefined where another try is needed. */
function* take(session: Session, url: Url, answer: Answer): Call<Next | undefined> {
  const { settings, sys } = session;
  const { status, reason, head } = answer;
  const location = fieldOf(head, 'location');
  const finish = () => {
    if (answer.keepAlive) session.kept = { ...url, fd: answer.fd };
    else sys.close(answer.fd);
  };
  if ([300, 301, 302, 303, 307, 308].includes(status) && location !== undefined) {
    yield* tell(session, `Location: ${location} [following]\n`);
    finish();
    return { location: follow(url, location), status };
  }
  if (status >= 400 || status < 200) {
    if (settings.contentOnError && !settings.spider) yield* save(session, url, answer);
    finish();
    yield* complain(session, url, status, reason);
    return { code: EXIT.server };
  }
  if (settings.spider) {
    yield* tell(session, lengthOf(answer));
    yield* tell(session, exists(answer));
    finish();
    return { code: EXIT.ok };
  }
  if (status === 204) {
    finish();
    yield* tell(session, '\n');
    return { code: EXIT.ok };
  }
  const saved = yield* save(session, url, answer);
  finish();
  if (saved === 'again') return undefined;
  return { code: saved === 'saved' ? EXIT.ok : 3 };
}

function lengthOf({ head }: Answer): string {
  const length = fieldOf(head, 'content-length') ?? 'unspecified';
  const type = fieldOf(head, 'content-type')?.replace(/\s*;.*$/s, '');
  return `Length: ${length}${type ? ` [${type}]` : ''}\n`;
}

function exists({ head }: Answer): string {
  const page = /^(text\/html|application\/xhtml\+xml)/.test(fieldOf(head, 'content-type') ?? '');
  return page
    ? 'Remote file exists and could contain further links,\n' +
        'but recursion is disabled -- not retrieving.\n\n'
    : 'Remote file exists.\n\n';
}

function* complain(session: Session, url: Url, status: number, reason: string): Call<void> {
  const { spider, verbose } = session.settings;
  if (spider && verbose) {
    return yield* tell(session, 'Remote file does not exist -- broken link!!!\n\n');
  }
  const name = verbose ? '' : `${url.text}:\n`;
  const end = verbose ? '\n' : '';
  yield* warn(session, `${name}${stamp(session)} ERROR ${status}: ${reason}.\n${end}`);
}
