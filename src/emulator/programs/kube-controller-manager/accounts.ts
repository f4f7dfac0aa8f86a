import { isErrno } from '../../host/errno.ts';
import type { ApiOptions, Call, DaemonSys } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import type { Writer } from '../component.ts';

const NAMESPACE = 'kube-system';
/** Seconds that a token holds, and how long before its end another is asked for. */
const LIFETIME = 3_600;
const RENEWAL = 600;

interface Kept {
  readonly token: string;
  readonly until: number;
}

/**
 * Credentials of a controller's own service account (`--use-service-account-credentials`): made and
 * asked for with the manager's, kept as long as they hold. undefined where it cannot have them.
 */
export function* accountOf(
  sys: DaemonSys,
  options: ApiOptions | undefined,
  account: string,
): Call<Writer | undefined> {
  if (!options || !sys.argv.includes('--use-service-account-credentials=true')) return undefined;
  const memory = `token/${account}`;
  const refused = () => sys.remember(memory, undefined);
  const known = sys.memory<Kept & Record<string, string | number>>(memory);
  if (known && known.until > sys.now) return { options: withToken(options, known.token), refused };
  const token = yield* request(sys, options, account);
  if (token === undefined) return undefined;
  sys.remember(memory, { token, until: sys.now + (LIFETIME - RENEWAL) * SECOND });
  return { options: withToken(options, token), refused };
}

const withToken = (options: ApiOptions, token: string): ApiOptions => ({
  ...options,
  user: { token },
});

function* request(sys: DaemonSys, options: ApiOptions, account: string): Call<string | undefined> {
  const url = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  const headers = { 'user-agent': 'kube-controller-manager' };
  const metadata = { name: account, namespace: NAMESPACE };
  const found = yield* sys.api({ method: 'GET', url: `${url}/${account}`, headers }, options);
  if (isErrno(found)) return undefined;
  if (found.status === 404) {
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    yield* sys.api({ method: 'POST', url, headers, body }, options);
  }
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: { expirationSeconds: LIFETIME },
  };
  const made = yield* sys.api(
    { method: 'POST', url: `${url}/${account}/token`, headers, body },
    options,
  );
  if (isErrno(made) || made.status !== 201) return undefined;
  return (made.body as unknown as { readonly status: { readonly token: string } }).status.token;
}
