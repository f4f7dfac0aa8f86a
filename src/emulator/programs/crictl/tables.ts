import { alignTabs } from '../../apimachinery/tabwriter.ts';
import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { fullName, idOf, type Container, type PodSandbox } from './store.ts';

const TABS = { minWidth: 20, padding: 3 };
const LINE = 13;

const table = (rows: readonly (readonly string[])[]): string =>
  alignTabs(rows.map((row) => `${row.join('\t')}\n`).join(''), TABS);

export const short = (id: string, whole = false): string => (whole ? id : id.slice(0, LINE));

/** `2 minutes ago` (units.HumanDuration). */
export function ago(at: Micros, now: Micros): string {
  const seconds = Math.floor((now - at) / SECOND);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(minutes / 60);
  const text = (() => {
    if (seconds < 1) return 'Less than a second';
    if (seconds === 1) return '1 second';
    if (seconds < 60) return `${seconds} seconds`;
    if (minutes === 1) return 'About a minute';
    if (minutes < 60) return `${minutes} minutes`;
    if (hours === 1) return 'About an hour';
    if (hours < 48) return `${hours} hours`;
    if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
    return `${Math.floor(hours / 24 / 7)} weeks`;
  })();
  return `${text} ago`;
}

export const stateOf = ({ running }: Container): string => (running ? 'Running' : 'Exited');

/** `crictl ps` */
export function containerTable(all: readonly Container[], now: Micros, whole: boolean): string {
  const head = 'CONTAINER IMAGE CREATED STATE NAME ATTEMPT';
  const rows = all.map((each) => [
    short(each.id, whole),
    short(idOf(`image/${fullName(each.image)}`), whole),
    ago(each.created, now),
    stateOf(each),
    each.name,
    String(each.attempt),
    short(each.sandbox.id, whole),
    each.sandbox.pod.metadata.name,
    each.sandbox.pod.metadata.namespace ?? '',
  ]);
  return table([[...head.split(' '), 'POD ID', 'POD', 'NAMESPACE'], ...rows]);
}

/** `crictl pods` */
export function podTable(all: readonly PodSandbox[], now: Micros, whole: boolean): string {
  const rows = all.map(({ id, pod, created }) => [
    short(id, whole),
    ago(created, now),
    'Ready',
    pod.metadata.name,
    pod.metadata.namespace ?? '',
    '0',
    '(default)',
  ]);
  const head = ['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'];
  return table([head, ...rows]);
}

/** Bytes in three digits (units.HumanSizeWithPrecision). */
function sizeText(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${Number(value.toPrecision(3))}${unit}`;
    value /= 1000;
  }
  return `${Number(value.toPrecision(3))}TB`;
}

/** `crictl images` */
export function imageTable(
  runtime: ContainerRuntime,
  names: readonly string[],
  whole: boolean,
): string {
  const rows = [...names].sort().map((name) => {
    const [, repository = name, tag = '<none>'] = /^(.*):([^:/@]+)$/.exec(name) ?? [];
    const size = runtime.image(name)?.size ?? 0;
    return [repository, tag, short(idOf(`image/${name}`), whole), sizeText(size)];
  });
  return table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows]);
}
