import type { User } from '../apiserver/request.ts';

/** Who asks from outside the simulated network, and who holds kubeadm's admin.conf. */
export const admin: User = {
  name: 'kubernetes-admin',
  groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'],
};
