import type { ApiObject } from '../../apimachinery/object.ts';
import type { Condition } from '../pod-template/shapes.ts';

export interface SigningRequest extends ApiObject {
  readonly spec?: {
    readonly request?: string | null;
    readonly signerName?: string;
    readonly expirationSeconds?: number;
    readonly usages?: readonly string[];
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly certificate?: string };
}
