import type { Daemon } from '../../host/syscalls.ts';
import { assert } from '../../world/assert.ts';
import { rfc3339Micro, SECOND } from '../../world/time.ts';
import { configChanges, loadProblem } from './cni.ts';

const NO_NETWORK =
  'level=error msg="failed to load cni during init, please check CRI plugin status before ' +
  'setting up network for pods" error=';
const RELOAD = 'failed to reload cni configuration after receiving fs change event';

/**
 * containerd, as a unit of its machine: while it runs, the kubelet gets what it asks for. What it
 * does for pods is done by the kernel's runtime calls; its log has a line for each.
 */
const daemon: Daemon = {
  name: 'containerd',
  paths: ['/usr/bin/containerd'],
  *on(message, sys) {
    if (message.type === 'signal') {
      say('level=info msg="Stop CRI service"');
      return 0;
    }
    if (message.type === 'timer') {
      watchConfig(true);
      return undefined;
    }
    if (message.type !== 'start') return undefined;
    assert(sys.runtime, 'containerd runs as root on a machine');
    sys.runtime.setRecord('containerd', sys.pid);
    say('level=info msg="starting containerd" version=v2.1.4');
    say('level=info msg="loading plugin" id=io.containerd.grpc.v1.cri type=io.containerd.grpc.v1');
    const problem = loadProblem(sys);
    if (problem !== undefined) say(NO_NETWORK + JSON.stringify(problem));
    say('level=info msg="Start cni network conf syncer for default"');
    say('level=info msg=serving... address=/run/containerd/containerd.sock');
    say('level=info msg="containerd successfully booted in 0.024531s"');
    watchConfig(false);
    return undefined;

    function watchConfig(tell: boolean): void {
      sys.setTimer('cni-config', 2 * SECOND);
      const changes = configChanges(sys);
      const wrong = changes.length === 0 ? undefined : loadProblem(sys);
      if (wrong === undefined || !tell) return;
      for (const change of changes) {
        const text = JSON.stringify(`${RELOAD}(${change})`);
        say(`level=error msg=${text} error=${JSON.stringify(wrong)}`);
      }
    }

    function say(text: string): void {
      sys.log(`time="${rfc3339Micro(sys.now).replace('Z', '000Z')}" ${text}`);
    }
  },
};

export default daemon;
