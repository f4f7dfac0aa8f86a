import type { Image } from '../../host/runtime-api.ts';
import { busybox, coreutils, network, rules, shells, system, text } from '../programs.ts';

const osRelease = (name: string, id: string, version: string) =>
  `PRETTY_NAME="${name} ${version}"\nNAME="${name}"\nVERSION_ID="${version}"\nID=${id}\n`;

/** What the image's entry point does: options alone are for curl. */
const curlEntrypoint = `#!/bin/sh
set -e

# Run curl container

if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ]; then
  set -- curl "$@"
fi

exec "$@"
`;

/** Images that are there for their tools. */
const images: readonly Image[] = [
  {
    names: ['nicolaka/netshoot', 'ghcr.io/nicolaka/netshoot'],
    programs: [...shells, ...coreutils, ...text, ...system, ...network, ...rules],
    entrypoint: [],
    cmd: ['bash'],
    files: { '/etc/os-release': osRelease('Alpine Linux', 'alpine', '3.21.3') },
    directories: ['/root'],
    cwd: '/root',
    size: 203_000_000,
  },
  {
    names: ['busybox'],
    programs: busybox,
    entrypoint: [],
    cmd: ['sh'],
    size: 2_200_000,
  },
  {
    names: ['alpine'],
    programs: busybox,
    entrypoint: [],
    cmd: ['/bin/sh'],
    files: {
      '/etc/alpine-release': '3.21.3\n',
      '/etc/os-release': osRelease('Alpine Linux', 'alpine', '3.21.3'),
    },
    size: 3_600_000,
  },
  {
    names: ['curlimages/curl', 'quay.io/curl/curl'],
    programs: [...busybox, 'curl'],
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    user: '100',
    files: { '/entrypoint.sh': curlEntrypoint },
    directories: ['/home/curl_user'],
    cwd: '/home/curl_user',
    size: 9_700_000,
  },
  {
    names: ['debian', 'ubuntu'],
    programs: [...shells, ...coreutils, ...text, 'which', 'test', 'clear', 'getent', 'more'],
    entrypoint: [],
    cmd: ['bash'],
    files: { '/etc/os-release': osRelease('Debian GNU/Linux', 'debian', '12') },
    size: 48_500_000,
  },
  {
    names: ['registry.k8s.io/e2e-test-images/agnhost', 'k8s.gcr.io/e2e-test-images/agnhost'],
    programs: [...busybox, 'curl', 'agnhost', 'iptables', 'iptables-save', 'conntrack', 'ss'],
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    size: 52_500_000,
  },
];

export default images;
