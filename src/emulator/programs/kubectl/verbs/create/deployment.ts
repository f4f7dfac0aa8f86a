import type { Sys } from '../../../../host/syscalls.ts';
import { failed } from '../../failure.ts';
import type { Generator } from '../../generator.ts';

/**
 * Name of a container, from the last part of its image; what is no name is made one, with five
 * letters by lot behind it (`sanitizeAndUniquify`).
 */
function containerName(sys: Sys, image: string): string {
  const last = image.split('/').at(-1) ?? '';
  const name = (last.split(':')[0] ?? '').split('@')[0] ?? '';
  if (!/[._]/.test(name)) return name;
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const lot = Array.from({ length: 5 }, (_none, at) => {
    return letters[sys.chance.integer(`container ${image} ${sys.now} ${at}`, letters.length)];
  });
  return `${name.replaceAll(/[._]/g, '-')}-${lot.join('')}`;
}

/** `kubectl create deployment`. */
export const deployment: Generator = {
  name: 'deployment',
  aliases: ['deploy'],
  use: 'create deployment NAME --image=image -- [COMMAND] [args...]',
  short: 'Create a deployment with the specified name',
  examples: [
    ['A deployment of three pods', 'kubectl create deployment web --image=nginx --replicas=3'],
  ],
  flags: 'image=[] port=-1 -r|replicas=1',
  required: ['image'],
  namespaced: true,
  failure: 'failed to create deployment: ',
  *build({ sys, flags, args, dash }, name) {
    const images = flags.list('image');
    const command = dash < 0 ? [] : args.slice(dash);
    if (images.length > 1 && command.length > 0) {
      throw failed('cannot specify multiple --image options and command');
    }
    const port = flags.number('port');
    const labels = { app: name };
    const containers = images.map((image, index) => ({
      name: containerName(sys, image),
      image,
      ...(command.length > 0 && { command }),
      ...(index === 0 && port >= 0 && { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    return {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name, labels },
      spec: {
        replicas: flags.number('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    };
  },
};
