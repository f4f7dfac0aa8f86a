import type { PublishedManifest } from '../manifest.ts';
import { crdOf, type GatewayKind } from './crd.ts';

const modules = import.meta.glob<{ default?: readonly GatewayKind[] }>('./kinds/*.ts', {
  eager: true,
});
const kinds = Object.values(modules).flatMap((module) => module.default ?? []);

/** The standard channel, in the order of the resources' names. */
const manifest: PublishedManifest = {
  addresses: new RegExp(
    '^https://github\.com/kubernetes-sigs/gateway-api/releases/(latest/)?download/' +
      '([^/]+/)?standard-install\.yaml$',
  ),
  objects: kinds.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)).map(crdOf),
};

export default manifest;
