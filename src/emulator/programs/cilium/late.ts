import { stringify } from 'yaml';
import { isErrno } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import {
  CILIUM_VERSION,
  ciliumObjects,
  type CiliumValues,
} from '../../manifests/cilium/objects.ts';
import { SECOND } from '../../world/time.ts';
import { kubectl } from './kubectl.ts';
import { readStatus, statusText } from './status.ts';

/** Runs the CLI. */
const code: ProgramCode = {
  *run(argv, sys) {
    const [command, ...words] = argv.slice(1);
    switch (command) {
      case 'version':
        yield* sys.write(1, versionText);
        return 0;
      case 'install':
      case 'upgrade':
        return yield* install(sys, words);
      case 'uninstall':
        return yield* uninstall(sys);
      case 'status':
        return yield* status(sys, words.includes('--wait'));
      case 'config': {
        const shown = yield* kubectl(sys, [
          '-n',
          'kube-system',
          'get',
          'cm',
          'cilium-config',
          '-o',
          DATA,
        ]);
        yield* sys.write(shown.exit === 0 ? 1 : 2, shown.stdout);
        return shown.exit;
      }
      default:
        return yield* fail(sys, `cilium: ${command ?? 'no command'} is not modelled here`);
    }
  },
};

export default code;

const DATA = 'go-template={{range $k, $v := .data}}{{printf "%-50s%s\\n" $k $v}}{{end}}';
const versionText =
  'cilium-cli: v0.18.8 compiled with go1.25.3 on linux/amd64\n' +
  `cilium image (default): v${CILIUM_VERSION}\ncilium image (stable): v${CILIUM_VERSION}\n` +
  `cilium image (running): v${CILIUM_VERSION}\n`;

function* fail(sys: Sys, text: string): Call<number> {
  yield* sys.write(2, `${text}\n`);
  return 1;
}

const on = (text: string | undefined) => text === 'true' || text === 'strict';

/** Values of `--set`, or the word that is not understood. */
function readValues(words: readonly string[]): Record<string, string> | string {
  const given: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--wait') continue;
    if (word === '--version' || word.startsWith('--version=')) {
      const version = word.includes('=') ? word.slice(10) : (words[++at] ?? '');
      if (version.replace(/^v/, '') !== CILIUM_VERSION) return `version ${version}`;
      continue;
    }
    const text = word.startsWith('--set=')
      ? word.slice(6)
      : word === '--set'
        ? words[++at]
        : undefined;
    if (text === undefined) return word;
    for (const pair of text.split(',')) {
      const cut = pair.indexOf('=');
      given[pair.slice(0, cut)] = pair.slice(cut + 1);
    }
  }
  const known = [
    ...['kubeProxyReplacement', 'policyEnforcementMode', 'cluster.name', 'ipam.mode'],
    ...['k8sServiceHost', 'k8sServicePort', 'envoy.enabled'],
  ];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  return unknown === undefined ? given : `--set ${unknown}`;
}

function* install(sys: Sys, words: readonly string[]): Call<number> {
  const given = readValues(words);
  if (typeof given === 'string') return yield* fail(sys, `cilium: ${given} is not modelled here`);
  const proxy = yield* kubectl(sys, ['-n', 'kube-system', 'get', 'ds', 'kube-proxy', '-o', 'name']);
  const replaced = given['kubeProxyReplacement'];
  const hasProxy = proxy.exit === 0;
  const name = given['cluster.name'] ?? 'kubernetes';
  const said = [
    `ℹ️  Using Cilium version ${CILIUM_VERSION}`,
    `🔮 Auto-detected cluster name: ${name}`,
    `🔮 Auto-detected kube-proxy has ${hasProxy ? '' : 'not '}been installed`,
    ...(hasProxy ? [] : ['ℹ️  Cilium will fully replace all functionalities of kube-proxy']),
  ];
  yield* sys.write(1, `${said.join('\n')}\n`);
  const values: CiliumValues = {
    kubeProxyReplacement: replaced === undefined ? !hasProxy : on(replaced),
    clusterName: name,
    ...(given['k8sServiceHost'] ? { k8sServiceHost: given['k8sServiceHost'] } : {}),
    ...(given['k8sServicePort'] ? { k8sServicePort: given['k8sServicePort'] } : {}),
    envoy: given['envoy.enabled'] !== 'false',
    ...(given['policyEnforcementMode']
      ? { policyEnforcementMode: given['policyEnforcementMode'] }
      : {}),
  };
  const text = ciliumObjects(values)
    .map((object) => stringify(object, { aliasDuplicateObjects: false }))
    .join('---\n');
  const path = `/tmp/cilium-${sys.pid}.yaml`;
  sys.files.write(path, text);
  const applied = yield* kubectl(sys, ['apply', '-f', path]);
  sys.files.remove(path);
  if (applied.exit !== 0) {
    return yield* fail(sys, `\nError: Unable to install Cilium: ${applied.stderr.trim()}`);
  }
  return words.includes('--wait') ? yield* status(sys, true) : 0;
}

function* uninstall(sys: Sys): Call<number> {
  const path = `/tmp/cilium-${sys.pid}.yaml`;
  sys.files.write(
    path,
    ciliumObjects({})
      .map((object) => stringify(object, { aliasDuplicateObjects: false }))
      .join('---\n'),
  );
  yield* sys.write(1, '🔥 Deleting pods in cilium-test namespace...\n');
  const deleted = yield* kubectl(sys, ['delete', '-f', path]);
  sys.files.remove(path);
  if (deleted.exit !== 0) {
    return yield* fail(
      sys,
      'Error: Unable to uninstall Cilium: uninstall: Release not loaded: cilium: release: ' +
        'not found',
    );
  }
  yield* sys.write(
    1,
    '🔥 Deleting cilium-test namespace...\n🔥 Cilium was successfully uninstalled.\n',
  );
  return 0;
}

/** The longest that `--wait` waits. */
const LONGEST = 300 * SECOND;

function* status(sys: Sys, wait: boolean): Call<number> {
  const until = sys.now + LONGEST;
  for (;;) {
    const found = yield* readStatus(sys);
    if (isErrno(found as never)) return yield* fail(sys, 'Error: unable to reach the cluster');
    const ready = found.errors.length === 0;
    if (!wait || ready || sys.now > until) {
      yield* sys.write(1, statusText(found));
      return ready ? 0 : 1;
    }
    yield* sys.sleep(2 * SECOND);
  }
}
