import type { PartCode } from '../../host/parts.ts';
import { install } from './install.ts';
import { upgrade } from './upgrade.ts';

const code: PartCode = {
  programs: { 'calico-cni-install': install, 'calico-ipam-upgrade': upgrade },
};

export default code;
