import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import type { Obj } from '../../object.ts';
import { parseLabels } from '../../pairs.ts';

/** `key=value` annotations; a value may hold further signs. */
function annotationsOf(list: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const text of list) {
    const cut = text.indexOf('=');
    if (cut <= 0) throw failed(`invalid annotations format: ${text}`);
    result[text.slice(0, cut)] = text.slice(cut + 1);
  }
  return result;
}

function labelsOf({ flags }: Context, name: string): Record<string, string> {
  const text = flags.text('labels');
  return text === '' ? { run: name } : parseLabels(text);
}

function portOf({ flags }: Context): number | undefined {
  const text = flags.text('port');
  if (text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw failed(`strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}

/** The pod that `kubectl run` makes, members in the order of the Go struct. */
export function podFor(context: Context, name: string, args: readonly string[]): Obj {
  const { flags } = context;
  const annotations = annotationsOf(flags.list('annotations'));
  const env = flags.list('env').map((text) => {
    const cut = text.indexOf('=');
    if (cut <= 0) throw failed(`invalid env: ${text}`);
    return { name: text.slice(0, cut), value: text.slice(cut + 1) };
  });
  const port = portOf(context);
  const pull = flags.text('image-pull-policy');
  const container = {
    name,
    image: flags.text('image'),
    ...(flags.on('command') && args.length > 0 && { command: args }),
    ...(!flags.on('command') && args.length > 0 && { args }),
    ...(port !== undefined && { ports: [{ containerPort: port }] }),
    ...(env.length > 0 && { env }),
    resources: {},
    ...(pull !== '' && { imagePullPolicy: pull }),
    ...(flags.on('privileged') && { securityContext: { privileged: true } }),
    ...(flags.on('stdin') && { stdin: true }),
    ...(flags.on('stdin') && !flags.on('leave-stdin-open') && { stdinOnce: true }),
    ...(flags.on('tty') && { tty: true }),
  };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      labels: labelsOf(context, name),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      containers: [container],
      restartPolicy: flags.text('restart'),
      dnsPolicy: 'ClusterFirst',
    },
    status: {},
  };
}

/** The service of `--expose`. */
export function serviceFor(context: Context, name: string): Obj {
  const port = portOf(context);
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name },
    spec: {
      ports: [{ protocol: 'TCP', port, targetPort: port }],
      selector: labelsOf(context, name),
    },
    status: { loadBalancer: {} },
  };
}
