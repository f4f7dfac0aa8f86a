// Which requests kubectl's commands send (suite oracle/http, the file of commands), run in order in
// the recorded cluster. Compared are method, path, query, status and body. Masked is what differs
// from run to run. Discovery and the index of schemas are left out, because kubectl keeps them on
// disk; so are bodies that were recorded as protobuf, whose bytes say little, or not whole.
import type { ApiRequest } from '../../src/emulator/apiserver/request.ts';
import { canonical, type Json } from '../../src/emulator/world/json.ts';
import { bootRecorded, type RecordedCluster } from './recorded-cluster.ts';
import type { CaseResult } from './run.ts';

interface Sent {
  readonly request: string;
  readonly body: string | null;
  readonly status: number;
}

interface Command {
  readonly cmd: string;
  readonly exit: number;
  readonly requests: readonly Sent[];
}

export const handles = (path: string) => /oracle\/http\/[^/]*kubectl-requests\.json$/.test(path);

/** Commands that go on until they are stopped, where it is not recorded how. */
const endless = /logs -f|exec -it|port-forward|attach|debug|cp /;
/** The status of `timeout`, which stopped the others. */
const STOPPED = 124;

export function* run(file: { readonly commands: readonly Command[] }): Generator<CaseResult> {
  const recorded = bootRecorded();
  const sent = listen(recorded);
  for (const [name, text] of manifests(file.commands)) recorded.writeFile(name, text);
  for (const { cmd, exit, requests } of file.commands) {
    if (endless.test(cmd)) {
      yield { id: cmd, outcome: 'unsupported' };
      continue;
    }
    sent.length = 0;
    recorded.run(exit === STOPPED ? `timeout 3 ${cmd}` : cmd);
    const wanted = requests.filter(isCounted);
    const own = sent.filter(isCounted);
    const left = wanted.map((each) => line(each, each.body));
    const right = own.map((each, index) => line(each, wanted[index]?.body));
    recorded.wait(1);
    const same = canonical(left) === canonical(right);
    const [expected, got] = [left, right].map((each) => each.join('\n         '));
    const detail = `$ ${cmd}\nexpected ${expected}\n     got ${got}`;
    yield { id: cmd, outcome: same ? 'pass' : 'fail', detail };
  }
}

/** Notes the requests of the workstation's kubectl. */
function listen({ api }: RecordedCluster): Sent[] {
  const sent: Sent[] = [];
  const note = (request: ApiRequest, status: number) => {
    if (!/^kubectl/.test(request.headers?.['user-agent'] ?? '')) return;
    const { body } = request;
    const text = body === undefined || body === null ? null : canonical(parsed(body));
    sent.push({ request: `${request.method} ${request.url}`, body: text, status });
  };
  const { handle, watch } = api;
  Object.assign(api, {
    handle(request: ApiRequest, user: never) {
      const response = handle(request, user);
      note(request, response.status);
      return response;
    },
    watch(request: ApiRequest, user: never, to: string) {
      const started = watch(request, user, to);
      note(request, started.ok ? 200 : started.response.status);
      return started;
    },
  });
  return sent;
}

/** The manifests that the commands name, from what was sent of them. */
function manifests(commands: readonly Command[]): Map<string, string> {
  const found = new Map<string, string>();
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  for (const { cmd, requests } of commands) {
    const file = /-f (\S+\.yaml)/.exec(cmd)?.[1];
    const body = requests.findLast((each) => each.body?.includes(annotation))?.body;
    if (!file || !body || found.has(file)) continue;
    const { metadata } = JSON.parse(body) as Manifest;
    const applied = JSON.parse(metadata.annotations[annotation] ?? '') as Manifest;
    const { namespace: _space, annotations: _notes, ...bare } = applied.metadata;
    found.set(file, JSON.stringify({ ...applied, metadata: bare }));
  }
  return found;
}

interface Manifest {
  readonly metadata: {
    readonly namespace?: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

function parsed(body: Json): Json {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

const isCounted = ({ request }: Sent) => !/^GET \/(apis?|openapi\/v3)(\?|$)/.test(request);

function line({ request, body, status }: Sent, recorded: string | null | undefined): string {
  const opaque = body === null || recorded?.startsWith('<') || isCut(recorded ?? '');
  return masked(`${status} ${sortedQuery(request)} ${opaque ? '' : canonical(parsed(body))}`);
}

/** Long bodies were recorded up to a certain length only. */
function isCut(body: string): boolean {
  return /^[[{]/.test(body) && typeof parsed(body) === 'string';
}

/** Parameters come in no fixed order, nor do an object's fields in the selector of its events. */
function sortedQuery(request: string): string {
  const [path = '', query] = request.split('?');
  if (query === undefined) return path;
  const parts = query.split('&').map((part) => {
    if (!part.startsWith('fieldSelector=involvedObject')) return part;
    const [name = '', value = ''] = part.split('=');
    return `${name}=${value.split('%2C').sort().join('%2C')}`;
  });
  return `${path}?${parts.sort().join('&').replaceAll('!', '%21')}`;
}

function masked(text: string): string {
  return text
    .replaceAll(/timeoutSeconds=\d+/g, 'timeoutSeconds=<n>')
    .replaceAll(/\??&?timeout=\w+/g, '')
    .replaceAll(/hash=[0-9A-F]+/g, 'hash=<hash>')
    .replaceAll(/"?resourceVersion"?[=:]"?\d+"?/g, 'resourceVersion=<n>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>');
}
