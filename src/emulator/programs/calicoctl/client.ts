import type { ApiObject } from '../../apimachinery/object.ts';
import type { ApiResponse } from '../../apiserver/request.ts';
import { isErrno } from '../../host/errno.ts';
import { optionsOf, readKubeconfig } from '../../host/kubeconfig.ts';
import type { ApiOptions, Call, Sys } from '../../host/syscalls.ts';
import { urlOf } from '../component.ts';

export interface Failure {
  readonly error: string;
}

export const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'error' in value;

/** The API, with the credentials of a kubeconfig or of the pod that this runs in. */
export interface Client {
  list(resource: string, namespace?: string): Call<readonly ApiObject[] | Failure>;
  get(resource: string, namespace: string | undefined, name: string): Call<ApiObject | undefined>;
  send(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Call<ApiResponse | Failure>;
}

/** Opens the datastore. */
export function connect(sys: Sys): Client | Failure {
  const path = sys.env['KUBECONFIG'] ?? `${sys.env['HOME'] ?? '/root'}/.kube/config`;
  const config = readKubeconfig(sys.files, path);
  const options = config && optionsOf(config);
  const inPod = sys.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (!options && !inPod) {
    const text =
      'Failed to create Calico API client: invalid configuration: no configuration has been ' +
      'provided, try setting KUBERNETES_MASTER environment variable';
    return { error: text };
  }
  return clientOf(sys, options);
}

function clientOf(sys: Sys, options: ApiOptions | undefined): Client {
  const send = function* (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) {
    const answer = yield* sys.api(
      { method, url, ...(body ? { body: body as never } : {}) },
      options,
    );
    if (!isErrno(answer)) return answer;
    const { address, port } = options?.server ?? { address: '', port: 443 };
    const why = answer === 'ECONNREFUSED' ? 'connect: connection refused' : 'i/o timeout';
    return { error: `Get "https://${address}:${port}${url}": dial tcp ${address}:${port}: ${why}` };
  };
  return {
    *list(resource, namespace) {
      const answer = yield* send('GET', urlOf(resource, namespace));
      if (isFailure(answer)) return answer;
      const { items, message } = answer.body as unknown as {
        readonly items?: readonly ApiObject[];
        readonly message?: string;
      };
      if (answer.status === 200) return items ?? [];
      return { error: message ?? 'the server could not find the requested resource' };
    },
    *get(resource, namespace, name) {
      const answer = yield* send('GET', urlOf(resource, namespace, name));
      if (isFailure(answer) || answer.status !== 200) return undefined;
      return answer.body as unknown as ApiObject;
    },
    send,
  };
}
