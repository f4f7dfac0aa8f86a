import type { PublishedManifest } from '../manifest.ts';
import { flannelObjects } from './objects.ts';

const release =
  'https://github\\.com/flannel-io/flannel/releases/(latest/)?download/([^/]+/)?kube-flannel\\.yml';
const source =
  'https://raw\\.githubusercontent\\.com/(flannel-io|coreos)/flannel/[^/]+/Documentation/kube-flannel\\.yml';

/** Flannel with the vxlan backend, as it is published. */
const manifest: PublishedManifest = {
  addresses: new RegExp(`^(${release}|${source})$`),
  objects: flannelObjects({ network: '10.244.0.0/16', backend: { Type: 'vxlan' } }),
};

export default manifest;
