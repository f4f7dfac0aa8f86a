import type { Image } from '../../host/runtime-api.ts';
import { coreutils, network, rules, shells, system, text } from '../programs.ts';

/** How systemd's units are looked at and started. */
const units = ['journalctl', 'systemctl'];
const usual = [...shells, ...coreutils, ...text, ...system, ...network];

/** What is installed on the machines themselves. */
const images: readonly Image[] = [
  {
    names: ['podways/workstation'],
    programs: [...usual, ...units, 'cilium', 'kubectl', 'calicoctl', 'ssh', 'pane'],
    entrypoint: ['bash'],
    files: {
      '/etc/os-release':
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
      '/etc/passwd':
        'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n',
    },
    size: 0,
  },
  {
    names: ['podways/node'],
    programs: [
      ...usual,
      ...rules,
      ...units,
      'kubectl',
      'calicoctl',
      'kubelet',
      'containerd',
      'crictl',
      'dnsmasq',
    ],
    entrypoint: ['bash'],
    files: {
      '/etc/os-release':
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    },
    size: 0,
  },
];

export default images;
