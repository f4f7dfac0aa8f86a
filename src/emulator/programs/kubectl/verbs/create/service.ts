import { isDns1123Subdomain, isValidPortName } from '../../../../apimachinery/names.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { generatorCommand } from '../../generator.ts';
import type { Obj } from '../../object.ts';

interface ServicePort {
  readonly name: string;
  readonly protocol: 'TCP';
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

/** Reads `80` and `80:8080`. */
export function parsePorts(text: string): ServicePort {
  const [first = '', second] = text.split(':');
  const port = parsePort(first);
  if (second === undefined) return { name: String(port), protocol: 'TCP', port, targetPort: port };
  const name = text.replaceAll(':', '-');
  if (/^[+-]?\d+$/.test(second)) {
    const targetPort = Number(second);
    if (targetPort < 1 || targetPort > 65_535) {
      throw failed('must be between 1 and 65535, inclusive');
    }
    return { name, protocol: 'TCP', port, targetPort };
  }
  const problems = isValidPortName(second);
  if (problems.length > 0) throw failed(problems.join(','));
  return { name, protocol: 'TCP', port, targetPort: second };
}

function parsePort(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw failed(`strconv.ParseUint: parsing "${text}": invalid syntax`);
  }
  const port = Number(text);
  if (port > 65_535) throw failed(`strconv.ParseUint: parsing "${text}": value out of range`);
  return port;
}

interface Asked {
  readonly type: string;
  readonly clusterIP: string;
  readonly tcp: readonly string[];
  readonly externalName: string;
}

/** Refuses flags that do not make a service. */
export function validateService({ type, clusterIP, tcp, externalName }: Asked): void {
  if (type === 'ExternalName') {
    if (isDns1123Subdomain(externalName).length === 0) return;
    throw failed(`invalid service external name ${externalName}`);
  }
  if (tcp.length === 0 && clusterIP !== 'None') {
    throw failed('at least one tcp port specifier must be provided');
  }
}

function serviceOf(context: Context, name: string, type: string): Obj {
  const { flags } = context;
  const tcp = flags.list('tcp');
  const clusterIP = flags.has('clusterip') ? flags.text('clusterip') : '';
  const externalName = flags.has('external-name') ? flags.text('external-name') : '';
  validateService({ type, clusterIP, tcp, externalName });
  const nodePort = flags.has('node-port') ? flags.number('node-port') : 0;
  const ports = tcp.map((text) => {
    const port = parsePorts(text);
    return nodePort ? { ...port, nodePort } : port;
  });
  const labels = { app: name };
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, labels },
    spec: {
      ...(ports.length > 0 && { ports }),
      selector: labels,
      ...(clusterIP !== '' && { clusterIP }),
      type,
      ...(type === 'ExternalName' && { externalName: flags.text('external-name') }),
    },
    status: { loadBalancer: {} },
  };
}

function serviceCommand(
  name: string,
  type: string,
  use: string,
  flags: string,
  required: readonly string[] = [],
): Command {
  return generatorCommand({
    name,
    use: `create service ${name} NAME ${use}`,
    short: `Create ${type === 'ExternalName' ? 'an' : 'a'} ${type} service`,
    flags,
    required,
    namespaced: true,
    failure: `failed to create ${type} service: `,
    *build(context, own) {
      return serviceOf(context, own, type);
    },
  });
}

const DRY = '[--dry-run=server|client|none]';

/** `kubectl create service clusterip|nodeport|loadbalancer|externalname`. */
export const service: Command = {
  name: 'service',
  aliases: ['svc'],
  use: 'create service [flags]',
  short: 'Create a service using a specified subcommand',
  commands: [
    serviceCommand(
      'clusterip',
      'ClusterIP',
      `[--tcp=<port>:<targetPort>] ${DRY}`,
      "clusterip='' tcp=[]",
    ),
    serviceCommand(
      'externalname',
      'ExternalName',
      `--external-name external.name ${DRY}`,
      "external-name='' tcp=[]",
      ['external-name'],
    ),
    serviceCommand('loadbalancer', 'LoadBalancer', `[--tcp=port:targetPort] ${DRY}`, 'tcp=[]'),
    serviceCommand('nodeport', 'NodePort', `[--tcp=port:targetPort] ${DRY}`, 'node-port=0 tcp=[]'),
  ],
};
