import type { PublishedManifest } from '../manifest.ts';
import { ciliumObjects } from './objects.ts';

/** Cilium with kube-proxy beside it. */
const manifest: PublishedManifest = {
  addresses:
    /^https:\/\/raw\.githubusercontent\.com\/cilium\/cilium\/[^/]+\/install\/kubernetes\/quick-install\.yaml$/,
  objects: ciliumObjects({}),
};

export default manifest;
