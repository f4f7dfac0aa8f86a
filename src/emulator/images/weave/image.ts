import type { Image } from '../../host/runtime-api.ts';
import { coreutils, rules, shells } from '../programs.ts';

/** The script of the image starts the router. */
const launch = '#!/bin/sh\nexec /home/weave/weaver\n';

const images: readonly Image[] = [
  {
    names: ['docker.io/weaveworks/weave-kube', 'weaveworks/weave-kube'],
    programs: [...shells, ...coreutils, ...rules, 'ip', 'weaver', 'weave'],
    entrypoint: ['/home/weave/launch.sh'],
    files: { '/home/weave/launch.sh': launch, '/home/weave/init.sh': '#!/bin/sh\nexit 0\n' },
    size: 37_500_000,
  },
  {
    names: ['docker.io/weaveworks/weave-npc', 'weaveworks/weave-npc'],
    programs: ['weave-npc'],
    entrypoint: ['/usr/bin/weave-npc'],
    size: 17_000_000,
  },
];

export default images;
