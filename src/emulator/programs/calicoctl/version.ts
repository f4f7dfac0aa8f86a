import type { Call, Sys } from '../../host/syscalls.ts';
import { parseArgs } from './args.ts';
import { connect, isFailure, type Failure } from './client.ts';

const CLIENT = 'Client Version:    v3.26.4\nGit commit:        9d6f1ad25\n';

/** `calicoctl version`: its own, and that of the cluster where there is one. */
export function* version(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const parsed = parseArgs(args, { '--poll': true, '--client': false });
  if (isFailure(parsed)) return parsed;
  yield* sys.write(1, CLIENT);
  if (parsed.has('--client')) return undefined;
  const client = connect(sys);
  if (isFailure(client)) return client;
  const found = yield* client.get(
    'clusterinformations.crd.projectcalico.org',
    undefined,
    'default',
  );
  if (!found) {
    const why = 'resource does not exist: ClusterInformation(default) with error: ';
    const asked = 'ClusterInformations.crd.projectcalico.org default';
    const missing = `the server could not find the requested resource (get ${asked})`;
    return { error: `Unable to retrieve Cluster Version or Type: ${why}${missing}` };
  }
  const { calicoVersion = '', clusterType = '' } = found['spec'] as Readonly<
    Record<string, string>
  >;
  yield* sys.write(1, `Cluster Version:   ${calicoVersion}\nCluster Type:      ${clusterType}\n`);
  return undefined;
}
