import type { FlagValues } from '../../flags.ts';

/** What a debugging container is made of, by the flags. */
export interface DebugContainer {
  readonly name: string;
  readonly image: string;
  readonly [field: string]: unknown;
}

/** A container with the words after `--` as its command, or as its arguments. */
export function containerOf(
  name: string,
  flags: FlagValues,
  words: readonly string[],
): DebugContainer {
  const env = flags.list('env').map((each) => {
    const [key = '', ...value] = each.split('=');
    return { name: key, value: value.join('=') };
  });
  const policy = flags.text('image-pull-policy');
  return {
    name,
    image: flags.text('image'),
    terminationMessagePolicy: 'File',
    ...(words.length > 0 && { [flags.on('arguments-only') ? 'args' : 'command']: words }),
    ...(env.length > 0 && { env }),
    ...(policy && { imagePullPolicy: policy }),
    ...(flags.on('stdin') && { stdin: true }),
    ...(flags.on('tty') && { tty: true }),
    ...securityOf(flags.text('profile')),
  };
}

/** What the profiles allow a container (`pkg/cmd/debug/profiles.go`). */
function securityOf(profile: string): object {
  switch (profile) {
    case 'general':
      return { securityContext: { capabilities: { add: ['SYS_PTRACE'] } } };
    case 'netadmin':
      return { securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } } };
    case 'sysadmin':
      return { securityContext: { privileged: true } };
    case 'restricted':
      return {
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      };
    default:
      return {};
  }
}

/** A pod on a node, with the node's network and, but for some profiles, its files below /host. */
export function nodePod(
  name: string,
  node: string,
  container: DebugContainer,
  profile: string,
): object {
  const confined = profile === 'baseline' || profile === 'restricted';
  const files = !confined && profile !== 'netadmin';
  const mounts = [{ name: 'host-root', mountPath: '/host' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [{ ...container, ...(files && { volumeMounts: mounts }) }],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      ...(!confined && { hostNetwork: true, hostPID: true }),
      ...(!confined && profile !== 'netadmin' && { hostIPC: true }),
      ...(files && { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] }),
    },
  };
}
