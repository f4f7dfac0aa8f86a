import type { Image } from '../../host/runtime-api.ts';
import { coreutils, network, rules, shells, system, text } from '../programs.ts';

/** Images that are there for their tools. */
const images: readonly Image[] = [
  {
    names: ['nicolaka/netshoot', 'ghcr.io/nicolaka/netshoot'],
    programs: [...shells, ...coreutils, ...text, ...system, ...network, ...rules],
    entrypoint: [],
    cmd: ['bash'],
    directories: ['/root'],
    cwd: '/root',
    size: 203_000_000,
  },
  {
    names: ['busybox'],
    programs: [
      'sh',
      ...coreutils,
      ...text,
      'ps',
      'kill',
      'clear',
      'which',
      'test',
      'ip',
      'ping',
      'wget',
      'nslookup',
      'nc',
    ],
    entrypoint: [],
    cmd: ['sh'],
    size: 2_200_000,
  },
];

export default images;
