/**
 * Groups of commands and their order in them, as kubectl registers them: help lists them so, and
 * suggestions for a mistyped command come in this order.
 */
export const groups: readonly { readonly title: string; readonly names: readonly string[] }[] = [
  { title: 'Basic Commands (Beginner)', names: ['create', 'expose', 'run', 'set'] },
  { title: 'Basic Commands (Intermediate)', names: ['explain', 'get', 'edit', 'delete'] },
  { title: 'Deploy Commands', names: ['rollout', 'scale', 'autoscale'] },
  {
    title: 'Cluster Management Commands',
    names: ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint'],
  },
  {
    title: 'Troubleshooting and Debugging Commands',
    names: [
      'describe',
      'logs',
      'attach',
      'exec',
      'port-forward',
      'proxy',
      'cp',
      'auth',
      'debug',
      'events',
    ],
  },
  {
    title: 'Advanced Commands',
    names: ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize'],
  },
  { title: 'Settings Commands', names: ['label', 'annotate', 'completion'] },
  { title: 'Subcommands provided by plugins', names: [] },
  {
    title: 'Other Commands',
    names: ['alpha', 'api-resources', 'api-versions', 'config', 'plugin', 'version', 'options'],
  },
];

/** Place of a command in registration order. */
export function orderOf(name: string): number {
  const at = groups.flatMap(({ names }) => names).indexOf(name);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}
