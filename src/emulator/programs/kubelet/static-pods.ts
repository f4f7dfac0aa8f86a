import { defaultPodSpec } from '../../resources/pod-template/defaults.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';

/** A manifest's pod as the kubelet runs it: its uid is a hash of the file. */
export function staticPod(manifest: Pod, node: string, text: string): Pod {
  const uid = hash(`${node}/${text}`);
  const name = `${manifest.metadata.name}-${node}`;
  const annotations = {
    ...manifest.metadata.annotations,
    'kubernetes.io/config.hash': uid,
    'kubernetes.io/config.source': 'file',
  };
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      name,
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
export function mirrorOf(pod: Pod, nodeUid: string): object {
  const { uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = pod.metadata;
  const node = pod.spec.nodeName ?? '';
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        'kubernetes.io/config.mirror': uid,
        'kubernetes.io/config.seen': '2026-11-25T09:00:00.000000000Z',
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Node', name: node, uid: nodeUid, controller: true },
      ],
    },
    spec: { ...pod.spec, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
  };
}

/** 32 hexadecimal digits of a text. */
function hash(text: string): string {
  let out = '';
  for (let salt = 0; salt < 4; salt++) {
    let value = 0x811c9dc5 ^ salt;
    for (const letter of text)
      value = Math.imul(value ^ (letter.codePointAt(0) as number), 0x01000193);
    out += (value >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}
