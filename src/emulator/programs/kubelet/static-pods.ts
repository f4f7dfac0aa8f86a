import { readYaml } from '../../apimachinery/yaml-text.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { defaultPodSpec } from '../../resources/pod-template/defaults.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { rfc3339Micro, SECOND } from '../../world/time.ts';
import { kubeletConfig } from './config.ts';
import { endPod } from './ending.ts';
import { syncPod } from './pod.ts';
import { klog } from './log.ts';
import { allPods, readPod, savePod } from './records.ts';
import { nodeName } from './runtime.ts';

/**
 * Static pods: files of the manifests' folder. A file that goes takes its pod with it; one that
 * changes is another pod. Upstream is told by inotify; here the folder is looked at every 2 s.
 */
export function* readManifests(sys: DaemonSys): Call<void> {
  sys.setTimer('manifests', 2 * SECOND);
  const folder = kubeletConfig(sys).staticPodPath;
  const names = sys.files.list(folder);
  const paths = (isErrno(names) ? [] : names)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => `${folder}/${name}`);
  const signature = paths.map((path) => `${path}@${stampOf(sys, path)}`).join();
  if (sys.memory<string>('manifests') === signature) return;
  sys.remember('manifests', signature);
  const seen = new Set<string>();
  for (const path of paths) {
    const pod = readManifest(sys, path);
    if (!pod) continue;
    const { uid } = pod.metadata;
    seen.add(uid);
    if (readPod(sys, uid)) continue;
    const fresh = { uid, pod, static: true, startTime: sys.now, containers: {}, transitions: {} };
    savePod(sys, uid, fresh);
    yield* syncPod(sys, uid);
  }
  for (const { uid, static: fromFile, pod } of allPods(sys)) {
    const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
    if (fromFile && !seen.has(uid)) yield* endPod(sys, uid, grace);
  }
}

function stampOf(sys: DaemonSys, path: string): string {
  const stat = sys.files.stat(path);
  return isErrno(stat) ? stat : `${stat.modified}/${stat.size}`;
}

function readManifest(sys: DaemonSys, path: string): Pod | undefined {
  const found = sys.files.read(path);
  if (isErrno(found)) return undefined;
  try {
    const manifest = readYaml(found.text) as unknown as Pod | null;
    if (manifest?.kind === 'Pod') return staticPod(manifest, nodeName(sys), found.text);
  } catch {
    // What is no YAML is told in the log below, as what is no pod.
  }
  const error = `err="${path}: couldn't parse as pod, please check config file"`;
  klog(sys, 'E', 'file_linux.go:121', `"Could not process manifest file" ${error}`);
  return undefined;
}

/** A manifest's pod as the kubelet runs it: its uid is a hash of node and file. */
export function staticPod(manifest: Pod, node: string, text: string): Pod {
  const uid = hash(`${node}/${text}`);
  const annotations = {
    ...manifest.metadata.annotations,
    'kubernetes.io/config.hash': uid,
    'kubernetes.io/config.source': 'file',
  };
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      name: `${manifest.metadata.name}-${node}`,
      namespace: manifest.metadata.namespace ?? 'default',
      uid,
      annotations,
      resourceVersion: '',
      creationTimestamp: '',
    },
    spec: { ...defaultPodSpec(manifest.spec), nodeName: node },
  };
}

/** The mirror of a static pod: how the API server is told of it. */
export function mirrorOf(pod: Pod, nodeUid: string, now: Micros): object {
  const { uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = pod.metadata;
  const name = pod.spec.nodeName ?? '';
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        'kubernetes.io/config.mirror': uid,
        'kubernetes.io/config.seen': rfc3339Micro(now).replace('Z', '000Z'),
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid, controller: true }],
    },
    spec: { ...pod.spec, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
  };
}

/** 32 hexadecimal digits of a text. */
function hash(text: string): string {
  let out = '';
  for (let salt = 0; salt < 4; salt++) {
    let value = 0x811c9dc5 ^ salt;
    for (const letter of text) {
      value = Math.imul(value ^ (letter.codePointAt(0) as number), 0x01000193);
    }
    out += (value >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}
