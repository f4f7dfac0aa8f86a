import type { ApiObject } from '../../../apimachinery/object.ts';
import { forbiddenStatus } from '../../../apimachinery/status.ts';
import type { Admission, AdmissionPlugin } from '../../admission-order.ts';
import type { Server } from '../../server.ts';
import { shownName } from '../shown-name.ts';

interface PriorityClass {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}
interface Pod extends ApiObject {
  readonly spec: {
    readonly priorityClassName?: string;
    readonly preemptionPolicy?: string;
    readonly priority?: number;
  };
}

/** The two classes that every cluster has (`scheduling/v1`), should their objects be missing. */
const system: Readonly<Record<string, PriorityClass>> = {
  'system-cluster-critical': { value: 2_000_000_000 },
  'system-node-critical': { value: 2_000_001_000 },
};

/** Turns a pod's priority class into its number; a cluster has at most one default class. */
const plugin: AdmissionPlugin = {
  name: 'Priority',
  admit(admission, server) {
    const { kind, object, operation } = admission;
    if (operation !== 'CREATE' || kind.names.plural !== 'pods') return { ok: true, value: object };
    const { spec } = object as Pod;
    const refuse = (why: string) => ({
      ok: false as const,
      status: forbiddenStatus(kind.names, shownName(object), why),
    });
    const classes = classesOf(server);
    const given = spec.priorityClassName ?? '';
    const [name, found] = given === '' ? defaultOf(classes) : [given, byName(classes, given)];
    if (!found) return refuse(`no PriorityClass with name ${name} was found`);
    const { value: priority = 0, preemptionPolicy: policy = 'PreemptLowerPriority' } = found;
    const by = 'priority admission controller computed';
    const from = 'from the given PriorityClass name';
    if (spec.priority !== undefined && spec.priority !== priority) {
      const what = `the integer value of priority (${spec.priority})`;
      return refuse(`${what} must not be provided in pod spec; ${by} ${priority} ${from}`);
    }
    const { preemptionPolicy } = spec;
    if (preemptionPolicy !== undefined && preemptionPolicy !== policy) {
      const what = `the string value of PreemptionPolicy (${preemptionPolicy})`;
      return refuse(`${what} must not be provided in pod spec; ${by} ${policy} ${from}`);
    }
    const named = name === '' ? {} : { priorityClassName: name };
    return {
      ok: true,
      value: { ...object, spec: { ...spec, ...named, priority, preemptionPolicy: policy } },
    };
  },
  validate: (admission, server) => validateClass(admission, server),
};

type Named = PriorityClass & ApiObject;

function classesOf(server: Server): readonly Named[] {
  const kind = server.byResource.get('priorityclasses.scheduling.k8s.io');
  return (kind ? server.storage.list(kind, undefined) : []) as readonly Named[];
}

const byName = (classes: readonly Named[], name: string): PriorityClass | undefined =>
  classes.find(({ metadata }) => metadata.name === name) ?? system[name];

/** The default class, the least of several; without one pods have no class and priority 0. */
function defaultOf(classes: readonly Named[]): readonly [string, PriorityClass] {
  const [least] = classes
    .filter(({ globalDefault }) => globalDefault)
    .toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0));
  return least ? [least.metadata.name, least] : ['', {}];
}

function validateClass({ kind, object, operation }: Admission, server: Server) {
  const fine = { ok: true as const };
  if (kind.names.plural !== 'priorityclasses' || operation === 'DELETE') return fine;
  if (!(object as Named).globalDefault) return fine;
  const { name } = object.metadata;
  const other = classesOf(server).find(
    ({ globalDefault, metadata }) => globalDefault && metadata.name !== name,
  );
  if (!other) return fine;
  const text = `PriorityClass ${other.metadata.name} is already marked as default.`;
  const why = `${text} Only one default can exist`;
  return { ok: false as const, status: forbiddenStatus(kind.names, name, why) };
}

export default plugin;
