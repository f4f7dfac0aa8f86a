import { readYaml } from '../apimachinery/yaml-text.ts';
import { decodeBase64 } from '../world/base64.ts';
import { certificatePem, commonNameOf, readCertificates } from '../x509/certificate.ts';
import { isErrno } from './errno.ts';
import type { ApiOptions, Credentials, Files } from './syscalls.ts';

interface Named<T> {
  readonly name: string;
  readonly [part: string]: T | string;
}

/** A kubeconfig file (client-go `clientcmd`), as far as it is read here. */
export interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly Named<{
    readonly cluster: string;
    readonly user: string;
    readonly namespace?: string;
  }>[];
  readonly clusters?: readonly Named<{ readonly server: string }>[];
  readonly users?: readonly Named<Readonly<Record<string, string>>>[];
}

/** Reads a kubeconfig; undefined where the file is missing or is none. */
export function readKubeconfig(files: Files, path: string): Kubeconfig | undefined {
  const found = files.read(path);
  if (isErrno(found)) return undefined;
  const value: unknown = readYaml(found.text);
  return typeof value === 'object' && value !== null ? (value as Kubeconfig) : undefined;
}

/** Server and credentials of the current context. */
export function optionsOf(
  config: Kubeconfig,
): (ApiOptions & { readonly namespace: string }) | undefined {
  const context = pick(config.contexts, config['current-context'])?.['context'] as
    { readonly cluster: string; readonly user: string; readonly namespace?: string } | undefined;
  const cluster = pick(config.clusters, context?.cluster)?.['cluster'] as
    { readonly server: string } | undefined;
  const user = pick(config.users, context?.user)?.['user'] as
    Readonly<Record<string, string>> | undefined;
  const url = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(cluster?.server ?? '');
  if (!url) return undefined;
  return {
    server: { address: url[1] as string, port: Number(url[2] ?? 443) },
    user: credentials(user ?? {}),
    namespace: context?.namespace ?? 'default',
  };
}

function pick<T>(
  list: readonly Named<T>[] | undefined,
  name: string | undefined,
): Named<T> | undefined {
  return list?.find((each) => each.name === name);
}

/**
 * A client proves itself with a certificate as kubeconfigs have it, PEM in base64. Those that the
 * cluster's own machines were made with have only the subject there, `CN=…,O=…`.
 */
function credentials(user: Readonly<Record<string, string>>): Credentials {
  const subject = user['client-certificate-data'];
  const [real] = subject ? readCertificates(decodeBase64(subject)) : [];
  if (real) {
    const groups = real.subject.filter(({ type }) => type === 'O').map(({ text }) => text);
    return { certificate: commonNameOf(real) ?? '', groups, pem: certificatePem(real.der) };
  }
  if (subject) {
    const parts = subject.split(',').map((part) => part.split('='));
    const groups = parts.filter(([key]) => key === 'O').map(([, value]) => value ?? '');
    return { certificate: parts.find(([key]) => key === 'CN')?.[1] ?? '', groups };
  }
  return user['token'] ? { token: user['token'] } : { anonymous: true };
}
