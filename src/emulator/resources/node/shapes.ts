import type { ApiObject } from '../../apimachinery/object.ts';
import type { Condition } from '../pod-template/shapes.ts';

export interface Node extends ApiObject {
  readonly spec: {
    readonly podCIDR?: string;
    readonly providerID?: string;
    readonly podCIDRs?: readonly string[];
    readonly unschedulable?: boolean;
    readonly taints?: readonly {
      readonly key: string;
      readonly value?: string;
      readonly effect: string;
    }[];
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

/** Roles by label, joined by commas; empty where there are none. */
export function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice(24)];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return [...new Set(found.filter(Boolean))].sort().join(',');
}
