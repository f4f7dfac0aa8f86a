import type { LabelSelector } from '../../apimachinery/object.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import type { Writer } from './writer.ts';

/** What describe reads of containers; the shapes are those of the wire. */
export interface ContainerShape {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly {
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly protocol?: string;
    readonly name?: string;
  }[];
  readonly env?: readonly EnvShape[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
    readonly prefix?: string;
  }[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly subPath?: string;
  }[];
  readonly volumeDevices?: readonly { readonly name: string; readonly devicePath: string }[];
  readonly securityContext?: unknown;
  readonly livenessProbe?: ProbeShape;
  readonly readinessProbe?: ProbeShape;
  readonly startupProbe?: ProbeShape;
}

export interface EnvShape {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string };
    readonly configMapKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly secretKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly resourceFieldRef?: {
      readonly resource: string;
      readonly containerName?: string;
      readonly divisor?: string | number;
    };
  };
}

export interface ProbeShape {
  readonly httpGet?: {
    readonly host?: string;
    readonly path?: string;
    readonly port: number | string;
    readonly scheme?: string;
  };
  readonly tcpSocket?: { readonly host?: string; readonly port: number | string };
  readonly exec?: { readonly command: readonly string[] };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface StatusShape {
  readonly name: string;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: StateShape;
  readonly lastState?: StateShape;
}

export interface StateShape {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly containerID?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** `node.kubernetes.io/not-ready:NoExecute op=Exists for 300s`. */
function tolerationText(toleration: TolerationShape): string {
  const { key = '', operator, value = '', effect = '', tolerationSeconds } = toleration;
  let text = key;
  if (value) text += `=${value}`;
  if (effect) text += `:${effect}`;
  if (operator === 'Exists' && !value) text += key || effect ? ' op=Exists' : 'op=Exists';
  if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
  return text;
}

interface TolerationShape {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** `Tolerations:` in order of their keys, one a line (`printPodTolerationsMultiline`). */
export function tolerationLines(
  writer: Writer,
  level: number,
  tolerations: readonly TolerationShape[] | null | undefined,
): void {
  const sorted = (tolerations ?? []).toSorted((a, b) => compare(a.key ?? '', b.key ?? ''));
  if (sorted.length === 0) writer.line(level, 'Tolerations:\t<none>');
  sorted.forEach((each, index) =>
    writer.line(
      index === 0 ? level : 0,
      `${index === 0 ? 'Tolerations:' : ''}\t${tolerationText(each)}`,
    ),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

interface SpreadShape {
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly maxSkew: number;
  readonly labelSelector?: LabelSelector;
}

/** `Topology Spread Constraints:`, nothing where there are none. */
export function spreadLines(
  writer: Writer,
  level: number,
  constraints: readonly SpreadShape[] | null | undefined,
): void {
  const sorted = (constraints ?? []).toSorted((a, b) => compare(a.topologyKey, b.topologyKey));
  sorted.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, index) => {
    const selector = labelSelector ? ` for selector ${formatSelector(labelSelector)}` : '';
    writer.line(
      level,
      `${index === 0 ? 'Topology Spread Constraints:' : ''}\t${topologyKey}:` +
        `${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`,
    );
  });
}
