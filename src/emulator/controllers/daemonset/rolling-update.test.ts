import { describe, expect, it } from 'vitest';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import { rollingUpdate, type OnNode } from './rolling-update.ts';

const pod = (name: string, hash: string, ready = true) =>
  ({
    metadata: { name, labels: { 'controller-revision-hash': hash } },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Pod;

const set = (rolling: object, type = 'RollingUpdate') =>
  ({ spec: { updateStrategy: { type, rollingUpdate: rolling } } }) as unknown as Workload;

const step = (strategy: Workload, nodes: readonly OnNode[]) => {
  const { remove, surge } = rollingUpdate(strategy, nodes, 'new', 1_000_000);
  return { remove: remove.map(({ metadata }) => metadata.name), surge };
};

const three: readonly OnNode[] = ['a', 'b', 'c'].map((node) => ({
  node,
  pods: [pod(`${node}-old`, 'old')],
}));

describe('rolling update of a DaemonSet', () => {
  it('takes as many old pods as may be unavailable', () => {
    expect(step(set({ maxUnavailable: 2 }), three).remove).toEqual(['a-old', 'b-old']);
    const waiting = [{ node: 'a', pods: [pod('a-new', 'new', false)] }, ...three.slice(1)];
    expect(step(set({ maxUnavailable: 1 }), waiting).remove).toEqual([]);
  });

  it('takes broken old pods at once', () => {
    const broken = [{ node: 'a', pods: [pod('a-old', 'old', false)] }, ...three.slice(1)];
    expect(step(set({ maxUnavailable: 1 }), broken).remove).toEqual(['a-old']);
  });

  it('brings new pods up beside old ones, which go when the new ones are available', () => {
    const surging = set({ maxSurge: '34%', maxUnavailable: 0 });
    expect(step(surging, three)).toEqual({ remove: [], surge: ['a', 'b'] });
    const both = (ready: boolean) => [pod('a-old', 'old'), pod('a-new', 'new', ready)];
    const half = (ready: boolean) => [{ node: 'a', pods: both(ready) }, ...three.slice(1)];
    expect(step(surging, half(false))).toEqual({ remove: [], surge: ['b'] });
    expect(step(surging, half(true)).remove).toEqual(['a-old']);
  });

  it('does nothing of its own with OnDelete', () => {
    expect(step(set({}, 'OnDelete'), three)).toEqual({ remove: [], surge: [] });
  });
});
