import type { ApiObject } from '../../apimachinery/object.ts';
import type { TypedReference } from '../object-reference.ts';

export interface Backend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: TypedReference;
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType?: string | null;
  readonly backend?: Backend;
}

export interface RuleValue {
  readonly http?: { readonly paths?: readonly IngressPath[] };
}

export interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: Backend;
  readonly rules?: readonly (RuleValue & { readonly host?: string })[];
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

export interface Entry {
  readonly ip?: string;
  readonly hostname?: string;
}

export interface Ingress extends ApiObject {
  readonly spec: IngressSpec;
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly Entry[] } };
}
