import type { Json } from '../../world/json.ts';

/** An object as it is posted. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [more: string]: Json | undefined;
  };
  readonly [field: string]: Json | undefined;
}

export const serviceAccount = (name: string, namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});
