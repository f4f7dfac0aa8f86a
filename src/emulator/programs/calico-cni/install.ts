import { pluginBinary } from '../../cni/binary.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { rfc3339 } from '../../world/time.ts';
import { stamp } from './stamp.ts';

/** Plugins that the image brings. */
const PLUGINS = [
  ...['bandwidth', 'calico', 'calico-ipam', 'flannel', 'host-local', 'loopback'],
  ...['portmap', 'tuning'],
];

const BIN = '/host/opt/cni/bin';
const NET = '/host/etc/cni/net.d';
const KUBECONFIG = 'calico-kubeconfig';
const NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** Where the plugin's token is asked for: in the namespace that this runs in. */
function accountUrl(sys: Sys): string {
  const found = sys.files.read(NAMESPACE);
  const namespace = isErrno(found) ? 'kube-system' : found.text.trim();
  return `/api/v1/namespaces/${namespace}/serviceaccounts/calico-cni-plugin/token`;
}

/** `/opt/cni/bin/install` of the image calico/cni. */
export const install: ProgramCode = {
  *run(_argv, sys): Process {
    const started = `time="${rfc3339(sys.now)}" level=info msg="Running as a Kubernetes pod"`;
    yield* sys.write(2, `${started} source="install.go:145"\n`);
    if (isErrno(sys.files.stat(BIN))) return yield* fatal(sys, `${BIN} is not writeable`);
    for (const plugin of PLUGINS) yield* put(sys, plugin);
    yield* say(sys, `Wrote Calico CNI binaries to ${BIN}\n`);
    yield* say(sys, 'CNI plugin version: v3.26.4\n');
    yield* say(sys, '/host/secondary-bin-dir is not writeable, skipping');
    const failed = yield* writeKubeconfig(sys);
    if (failed !== undefined) return yield* fatal(sys, failed);
    return yield* writeConflist(sys);
  },
};

function* say(sys: Sys, text: string): Call<void> {
  yield* sys.write(2, `${stamp(sys)} [INFO][1] cni-installer/<nil> <nil>: ${text}\n`);
}

function* fatal(sys: Sys, text: string): Call<number> {
  yield* sys.write(2, `${stamp(sys)} [FATAL][1] cni-installer/<nil> <nil>: ${text}\n`);
  return 1;
}

function* put(sys: Sys, plugin: string): Call<void> {
  const path = `${BIN}/${plugin}`;
  const text = pluginBinary(plugin);
  const before = sys.files.read(path);
  if (!isErrno(before) && before.text === text) {
    yield* say(sys, `File is already up to date, skipping file="${path}"`);
  } else sys.files.write(path, text, { mode: 0o755 });
  sys.files.setMode(path, 0o755);
  yield* say(sys, `Installed ${path}`);
}

function* writeKubeconfig(sys: Sys): Call<string | undefined> {
  const host = sys.env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = sys.env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const body = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    spec: { expirationSeconds: 86_400 },
  };
  const account = accountUrl(sys);
  const made = yield* sys.api({ method: 'POST', url: account, body: body as never });
  const unable = 'Unable to create token for CNI kubeconfig error=';
  if (isErrno(made)) {
    const url = `https://${host}:${port}${account}`;
    return `${unable}Post "${url}": dial tcp ${host}:${port}: i/o timeout`;
  }
  if (made.status >= 300) {
    return (
      unable + ((made.body as { readonly message?: string } | null)?.message ?? 'Unauthorized')
    );
  }
  const { token } = (made.body as unknown as { readonly status: { token: string } }).status;
  const ca = sys.files.read('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt');
  const text = kubeconfig(`https://${host}:${port}`, isErrno(ca) ? '' : btoa(ca.text), token);
  sys.files.write(`${NET}/${KUBECONFIG}`, text, { mode: 0o600 });
  return undefined;
}

const kubeconfig = (
  server: string,
  ca: string,
  token: string,
) => `# Kubeconfig file for Calico CNI plugin. Installed by calico/node.
apiVersion: v1
kind: Config
clusters:
- name: local
  cluster:
    server: ${server}
    certificate-authority-data: "${ca}"
users:
- name: calico
  user:
    token: ${token}
contexts:
- name: calico-context
  context:
    cluster: local
    user: calico
current-context: calico-context`;

function* writeConflist(sys: Sys): Call<number> {
  yield* say(sys, 'Using CNI config template from CNI_NETWORK_CONFIG environment variable. ');
  const values: Readonly<Record<string, string>> = {
    __KUBERNETES_NODE_NAME__: sys.env['KUBERNETES_NODE_NAME'] ?? '',
    __CNI_MTU__: sys.env['CNI_MTU'] ?? '0',
    __KUBECONFIG_FILEPATH__: `/etc/cni/net.d/${KUBECONFIG}`,
    __KUBECONFIG_FILENAME__: KUBECONFIG,
  };
  const template = sys.env['CNI_NETWORK_CONFIG'] ?? '';
  const text = Object.entries(values).reduce(
    (filled, [name, value]) => filled.replaceAll(name, value),
    template,
  );
  try {
    JSON.parse(text);
  } catch {
    return yield* fatal(sys, `${text} is not a valid json object`);
  }
  const name = sys.env['CNI_CONF_NAME'] ?? '10-calico.conflist';
  sys.files.write(`${NET}/${name}`, text);
  yield* sys.write(1, `${text}\n`);
  yield* say(sys, `Created ${NET}/${name}`);
  yield* say(sys, 'Done configuring CNI.  Sleep= false');
  return 0;
}
