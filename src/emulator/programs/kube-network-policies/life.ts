import type { Call, DaemonSys, ExitCode } from '../../host/syscalls.ts';
import type { QueueProgram } from '../../network/netfilter/queue/program.ts';
import { answerOf } from '../../network/netfilter/queue/program.ts';
import {
  LABEL,
  withDnsTable,
  withoutQueueTable,
  withQueueTable,
} from '../../policy/queue/table.ts';
import { equal, type Json } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { createApi, klog, urlOf } from '../component.ts';
import { readOptions, type Options } from './options.ts';
import { learn, watched } from './state.ts';

const TABLE = 'kube-network-policies';
/** A packet's bytes that it wants to see: the headers. */
const RANGE = 128;
const RANGE_DNS = 1232;

/** Whether the image is the one that knows ClusterNetworkPolicy. */
const knowsCluster = (sys: DaemonSys) => sys.memory('cluster') === true;

/** What the flags say; undefined where they are wrong, which the start has said. */
export function optionsOf(sys: DaemonSys): Options | undefined {
  const options = readOptions(sys.argv.slice(1));
  return 'error' in options ? undefined : options;
}

const say = (sys: DaemonSys, place: string, text: string) => klog(sys, 'I', place, text);

/** From the first line of the log to the watches. */
export function* start(sys: DaemonSys, cluster: boolean): Call<ExitCode | void> {
  sys.remember('cluster', cluster);
  const options = readOptions(sys.argv.slice(1));
  if ('error' in options) {
    for (const line of options.error.trimEnd().split('\n')) sys.log(line);
    return options.error.startsWith('Usage') ? 0 : 2;
  }
  say(sys, 'main.go:63', '"called" args=[]');
  for (const [name, value] of options.flags) {
    say(sys, 'main.go:66', `"flag" name="${name}" value="${value}"`);
  }
  const port = /^(.*):(\d+)$/.exec(options.metrics);
  if (!port) {
    const why = `address ${options.metrics}: missing port in address`;
    klog(
      sys,
      'E',
      'main.go:70',
      `"parsing metrics bind address" err="${why}" address="${options.metrics}"`,
    );
    return 1;
  }
  say(
    sys,
    'cmd.go:102',
    'kube-network-policies go go1.25.3 build: 9f1d6c2b4e7a time: 2025-11-03T10:12:44Z',
  );
  say(sys, 'controller.go:107', `"Creating controller" config=${configText(options)}`);
  say(sys, 'controller.go:158', '"Starting controller" name="kube-network-policies"');
  say(sys, 'controller.go:163', '"Waiting for the policy engine to become ready..."');
  const fd = sys.listen({ address: port[1] || '*', port: Number(port[2]) });
  if (typeof fd !== 'number') {
    const why = `listen tcp ${options.metrics}: bind: address already in use`;
    klog(
      sys,
      'E',
      'cmd.go:72',
      `"Unhandled Error" err="metrics server failed: ${why}" logger="UnhandledError"`,
    );
  }
  return yield* watch(sys);
}

function configText({ failOpen, queue, dnsEarly, strict }: Options): string {
  return (
    `{"FailOpen":${failOpen},"QueueID":${queue},"NetfilterBug1766Fix":${dnsEarly},` +
    `"NFTableName":"${TABLE}","StrictMode":${strict},"CTLabelAccept":100}`
  );
}

/** Opens the watches; without all of them it does not become ready. */
export function* watch(sys: DaemonSys): Call<void> {
  for (const resource of watched(knowsCluster(sys))) {
    const known = `watch/${resource}`;
    if (sys.memory(known) !== undefined) continue;
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd === 'number') {
      sys.remember(known, fd);
      continue;
    }
    sayFailed(sys, resource, fd);
    return sys.setTimer('watch', 1 * SECOND);
  }
  sys.setTimer('learn', 20_000);
}

function sayFailed(sys: DaemonSys, resource: string, fd: unknown): void {
  const [plural = '', ...group] = resource.split('.');
  const answer = fd as { readonly body?: { readonly message?: string } };
  const why = answer.body?.message ?? 'dial tcp: connect: connection refused';
  const type = `${group.length > 0 ? group.join('.') : 'v1'}.${plural}`;
  const err = `failed to list ${type}: ${why}`.replaceAll('"', '\\"');
  const rest = 'logger="UnhandledError" reflector="k8s.io/client-go/informers/factory.go:160"';
  klog(sys, 'E', 'reflector.go:205', `"Failed to watch" err="${err}" ${rest}`);
}

/** A watch is over: it is opened again. */
export function reopen(sys: DaemonSys, fd: number): void {
  for (const [name, value] of sys.memories('watch/')) {
    if (value === fd) sys.remember(name, undefined);
  }
  sys.setTimer('watch', 1 * SECOND);
}

/** Takes in what the API server tells: answers at once, rules a second later at most. */
export function* takeIn(sys: DaemonSys): Call<void> {
  const options = optionsOf(sys);
  if (!options) return;
  const api = createApi(sys, 'kube-network-policies', undefined);
  const cluster = knowsCluster(sys);
  const known = yield* learn(sys, api, options.node || sys.hostname, cluster);
  sys.remember('addresses', cluster ? null : (known.addresses as Json));
  if (!sys.memory('ready')) {
    sys.remember('ready', true);
    say(sys, 'controller.go:170', '"Policy engine is ready."');
    say(sys, 'metrics.go:71', 'Registering metrics');
    syncRules(sys, options);
    listen(sys, options, known.program);
    return;
  }
  const before = sys.memory<Json>('program');
  if (equal(before, known.program as unknown as Json)) return;
  listen(sys, options, known.program);
  const last = sys.memory<number>('synced') ?? 0;
  sys.setTimer('rules', Math.max(0, last + SECOND - sys.now));
  if (!options.strict) return;
  const enforced = sys.memory<number>('enforced') ?? -Infinity;
  sys.setTimer('enforce', Math.max(0, enforced + 30 * SECOND - sys.now));
}

/** Answers packets from now on; opens the queue the first time. */
function listen(sys: DaemonSys, { queue }: Options, program: QueueProgram): void {
  sys.remember('program', program as unknown as Json);
  const listener = { range: RANGE, label: LABEL, program };
  if (sys.memory('listening')) {
    sys.network.setQueue(queue, { ...listener, owner: sys.address, port: sys.pid });
    return;
  }
  const fd = sys.openQueue(queue, listener);
  if (typeof fd !== 'number') {
    const why = 'netlink receive: device or resource busy';
    say(sys, 'controller.go:262', `"could not open nfqueue socket" error="${why}"`);
    const err = `dataplane controller failed: ${why}`;
    klog(sys, 'E', 'cmd.go:90', `"Unhandled Error" err="${err}" logger="UnhandledError"`);
    return;
  }
  sys.remember('listening', true);
  if (knowsCluster(sys)) sys.openQueue(queue + 1, { range: RANGE_DNS });
}

/** Loads the table anew. */
export function syncRules(sys: DaemonSys, { queue, failOpen, dnsEarly }: Options): void {
  say(sys, 'controller.go:395', '"Syncing nftables rules" logger="nftables-sync"');
  const addresses = sys.memory<Json>('addresses') as readonly string[] | null;
  const options = { table: TABLE, queue, failOpen, dnsEarly, addresses: addresses ?? undefined };
  const rules = withQueueTable(sys.network.nftables(), options);
  sys.network.setNftables(knowsCluster(sys) ? withDnsTable(rules, queue + 1) : rules);
  sys.remember('synced', sys.now);
  const took = (1.2 + sys.chance.number(`sync/${sys.now}`) * 2).toFixed(6);
  const rest = `logger="nftables-sync" elapsed="${took}ms"`;
  say(sys, 'controller.go:398', `"Syncing nftables rules" ${rest}`);
  // They come back once an hour where somebody took them away.
  sys.setTimer('rules', 3600 * SECOND);
}

interface Entry {
  readonly original: {
    readonly protocol: string;
    readonly source: string;
    readonly destination: string;
    readonly sourcePort: number;
    readonly destinationPort: number;
  };
  readonly reply: { readonly source: string; readonly sourcePort: number };
  readonly state?: string;
}

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** Connections that are not allowed any more lose their label (`firewallEnforcer`). */
export function enforce(sys: DaemonSys): void {
  const program = sys.memory<Json>('program') as unknown as QueueProgram | undefined;
  if (!program) return;
  const logger = 'logger="firewall-enforcer"';
  const what = 'nforcing firewall policies on existing connections';
  say(sys, 'controller.go:318', `"E${what}" ${logger}`);
  const flows = sys.network.conntrack().length;
  sys.network.clearLabel(LABEL, (record) => {
    const { original, reply, state } = record as unknown as Entry;
    const protocol = NUMBERS[original.protocol.toLowerCase()];
    if (protocol === undefined || (protocol === 6 && state !== 'ESTABLISHED')) return false;
    return !answerOf(program, {
      source: original.source,
      sourcePort: original.sourcePort,
      // Behind a Service it is the pod that answers.
      destination: reply.source,
      destinationPort: reply.sourcePort,
      protocol,
    }).accepted;
  });
  sys.remember('enforced', sys.now);
  const took = (0.3 + sys.chance.number(`enforce/${sys.now}`)).toFixed(6);
  say(
    sys,
    'controller.go:329',
    `"Completed e${what}" ${logger} nflows=${flows} elapsed="${took}ms"`,
  );
}

/** What is said and taken away at the end; the process goes five seconds later. */
export function end(sys: DaemonSys): void {
  const options = optionsOf(sys);
  if (!options || sys.memory('ending')) return;
  sys.remember('ending', true);
  say(sys, 'main.go:192', '"Received termination signal, starting cleanup..."');
  say(sys, 'controller.go:274', 'Shutting down controller logic');
  if (options.failOpen) {
    const what = 'skipping nftables cleanup on shutdown to avoid traffic disruption.';
    say(sys, 'controller.go:285', `FailOpen is true, ${what}`);
  } else {
    const what = 'cleaning up nftables rules on shutdown.';
    say(sys, 'controller.go:293', `FailOpen is false, ${what}`);
    say(sys, 'controller.go:850', `cleaning up nftable ${TABLE}`);
    sys.network.setNftables(withoutQueueTable(sys.network.nftables(), TABLE));
    say(sys, 'controller.go:868', `cleaned up nftable ${TABLE}`);
  }
  sys.network.setQueue(options.queue, undefined);
  say(sys, 'controller.go:159', '"Shutting down controller" name="kube-network-policies"');
  sys.setTimer('exit', 5 * SECOND);
}
