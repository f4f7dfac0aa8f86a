import { extensionIds, readAltNames } from '../../x509/extensions.ts';
import type { Request } from '../../x509/request.ts';

const shared = ['digital signature', 'key encipherment'];

/**
 * Why a signer does not take a request (`pkg/controller/certificates/signer/signer.go`); undefined
 * where it does, `foreign` where it is none of Kubernetes' own.
 */
export function usageError(
  signer: string,
  request: Request,
  usages: readonly string[],
): string | undefined {
  switch (signer) {
    case 'kubernetes.io/kube-apiserver-client':
      return clientError(usages);
    case 'kubernetes.io/kube-apiserver-client-kubelet':
      return nodeError(request) ?? kubeletError(request, usages, 'client auth');
    case 'kubernetes.io/kubelet-serving':
      return nodeError(request) ?? kubeletError(request, usages, 'server auth');
    case 'kubernetes.io/legacy-unknown':
      return undefined;
    default:
      return 'foreign';
  }
}

function clientError(usages: readonly string[]): string | undefined {
  const odd = usages.find((usage) => usage !== 'client auth' && !shared.includes(usage));
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
  return usages.includes('client auth')
    ? undefined
    : 'missing required usage for client certificate: client auth';
}

/** Nodes are `CN=system:node:NAME, O=system:nodes`, and nothing else. */
function nodeError({ subject }: Request): string | undefined {
  const groups = subject.filter(({ type }) => type === 'O').map(({ text }) => text);
  if (groups.length !== 1 || groups[0] !== 'system:nodes') {
    return 'subject organization is not system:nodes';
  }
  const name = subject.filter(({ type }) => type === 'CN').at(-1)?.text ?? '';
  return name.startsWith('system:node:')
    ? undefined
    : 'subject common name does not begin with system:node:';
}

function kubeletError(
  { extensions }: Request,
  usages: readonly string[],
  own: string,
): string | undefined {
  const value = extensions.find(({ id }) => id === extensionIds.subjectAltName)?.value;
  const names = value ? readAltNames(value) : [];
  const serving = own === 'server auth';
  const has = (type: string) => names.some((each) => each.type === type);
  if (has('email')) return 'email subjectAltNames are not allowed';
  if (has('URI')) return 'URI subjectAltNames are not allowed';
  if (!serving && has('DNS')) return 'DNS subjectAltNames are not allowed';
  if (!serving && has('IP')) return 'IP subjectAltNames are not allowed';
  if (serving && !has('DNS') && !has('IP')) return 'DNS or IP subjectAltName is required';
  const known = [own, ...shared];
  const fits = usages.every((usage) => known.includes(usage));
  const needed = [own, 'digital signature'].every((usage) => usages.includes(usage));
  return fits && needed ? undefined : `usages did not match ${known.toSorted().join(',')}`;
}
