import { defineFlags, type Flag } from './flags.ts';

/** Flags of every command, as `kubectl options` lists them; `$HOME` is the user's. */
export const globalFlags: readonly Flag[] =
  defineFlags(`as='' as-group=[] as-uid='' as-user-extra=[] cache-dir='$HOME/.kube/cache'
  certificate-authority='' client-certificate='' client-key='' cluster='' context=''
  disable-compression=false insecure-skip-tls-verify=false kubeconfig='' kuberc=''
  log-flush-frequency=5s match-server-version=false -n|namespace='' password='' profile='none'
  profile-output='profile.pprof' request-timeout='0' -s|server='' tls-server-name='' token=''
  user='' username='' -v|v=0 vmodule= warnings-as-errors=false`);
