import { describe, expect, it } from 'vitest';
import { errorText } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { createChance } from '../../world/chance.ts';
import type { Surroundings } from '../kind.ts';
import kind from './index.ts';

const around: Surroundings = {
  now: 0,
  chance: createChance(1),
  dryRun: false,
  list: () => [],
  get: () => undefined,
  settings: {
    serviceCidrs: ['10.96.0.0/12'],
    podCidrs: ['10.244.0.0/16'],
    nodePortRange: [30_000, 32_767],
    clusterDomain: 'cluster.local',
    version: 'v1.36.2',
  },
};

type Part = Readonly<Record<string, unknown>>;

function pod(spec: Part, container: Part = {}, annotations: Part = {}): ApiObject {
  const containers = [{ name: 'c', image: 'nginx', ...container }];
  return kind.defaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', uid: '', annotations } as never,
    spec: { containers, serviceAccountName: 'default', ...spec },
  } as unknown as ApiObject);
}

const errorsOf = (now: ApiObject, old?: ApiObject) =>
  kind.validate(now, old, around).map((each) => errorText(each));

/** What a spec is told, line by line. */
const volume = (source: Part) => ({ volumes: [{ name: 'v', ...source }] });

describe('a new pod', () => {
  const cases: readonly (readonly [string, ApiObject, readonly string[]])[] = [
    ['is well', pod({}), []],
    [
      'has one source for each volume',
      pod(volume({ emptyDir: {}, hostPath: { path: '/x' } })),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'mounts what is there, once, at a path',
      pod(volume({ emptyDir: {} }), {
        volumeMounts: [
          { name: 'v', mountPath: '/a' },
          { name: 'w', mountPath: '/a', subPath: '../b' },
        ],
      }),
      [
        'spec.containers[0].volumeMounts[1].name: Not found: "w"',
        'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
        'spec.containers[0].volumeMounts.subPath: Invalid value: "../b": ' +
          "must not contain '..'",
      ],
    ],
    [
      'keeps to modes of files',
      pod(volume({ configMap: { name: 'm', defaultMode: 512, items: [{ key: 'k' }] } })),
      [
        'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 ' +
          'and 0777 (octal), both inclusive',
        'spec.volumes[0].configMap.items[0].path: Required value',
      ],
    ],
    [
      'asks for a token that lives long enough',
      pod(
        volume({
          projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 60 } }] },
        }),
      ),
      [
        'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid ' +
          'value: 60: may not specify a duration less than 10 minutes',
      ],
    ],
    [
      'asks for no more than its limits',
      pod(
        {},
        {
          resources: { requests: { cpu: '2', 'x.io/gpu': '1' }, limits: { cpu: '500m' } },
        },
      ),
      [
        'spec.containers[0].resources.requests: Invalid value: "2": ' +
          'must be less than or equal to cpu limit of 500m',
        'spec.containers[0].resources.limits: Required value: ' +
          'Limit must be set for non overcommitable resources',
      ],
    ],
    [
      'probes in one way, and is well after one success',
      pod(
        {},
        {
          livenessProbe: {
            httpGet: { port: 0, scheme: 'FTP' },
            exec: { command: ['true'] },
            successThreshold: 2,
          },
        },
      ),
      [
        'spec.containers[0].livenessProbe.httpGet: Forbidden: ' +
          'may not specify more than 1 handler type',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      ],
    ],
    [
      'sleeps no longer than it may take to end',
      pod(
        { terminationGracePeriodSeconds: 5 },
        { lifecycle: { preStop: { sleep: { seconds: 9 } } } },
      ),
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 9: must be non-negative and ' +
          'less than terminationGracePeriodSeconds (5)',
      ],
    ],
    [
      'lets only init containers that stay be probed',
      pod({
        initContainers: [
          { name: 'i', image: 'b', readinessProbe: { tcpSocket: { port: 1 } } },
          { name: 's', image: 'b', restartPolicy: 'Always', startupProbe: {} },
        ],
      }),
      [
        'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers ' +
          'without restartPolicy=Always',
        'spec.initContainers[1].startupProbe: Required value: must specify a handler type',
      ],
    ],
    [
      'takes fields of itself into its environment, if they exist',
      pod({}, { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] }),
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": ' +
          'error converting fieldPath: field label not supported: spec.nope',
      ],
    ],
    [
      'gives up rights for good',
      pod({}, { securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      [
        'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,' +
          '"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,' +
          '"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,' +
          '"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,' +
          '"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and ' +
          '`privileged` to true',
      ],
    ],
    [
      'names its profiles',
      pod({
        securityContext: {
          runAsUser: -1,
          seccompProfile: { type: 'Localhost' },
          sysctls: [{ name: 'Net', value: '1' }],
        },
      }),
      [
        'spec.securityContext.runAsUser: Invalid value: -1: ' +
          'must be between 0 and 2147483647, inclusive',
        'spec.securityContext.sysctls[0].name: Invalid value: "Net": must have at most 253 ' +
          'characters and match regex ' +
          '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        'spec.securityContext.seccompProfile.localhostProfile: Required value: ' +
          'must be set when seccomp type is Localhost',
      ],
    ],
    [
      'tolerates what taints can be',
      pod({ tolerations: [{ key: 'k', operator: 'Exists', value: 'v', effect: 'Never' }] }),
      [
        'spec.tolerations[0].operator: Invalid value: "v": ' +
          "value must be empty when `operator` is 'Exists'",
        'spec.tolerations[0].effect: Unsupported value: "Never": supported values: ' +
          '"NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'spreads by a key, and says how far',
      pod({
        topologySpreadConstraints: [
          { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Never', labelSelector: {} },
        ],
      }),
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": ' +
          'supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      'wants nodes by terms',
      pod({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] },
          },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 200, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname' } },
            ],
          },
        },
      }),
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution' +
          '.nodeSelectorTerms: Required value: must have at least one node selector term',
        'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]' +
          '.weight: Invalid value: 200: must be in the range 1-100',
      ],
    ],
    [
      'is not begun with guests',
      pod({ ephemeralContainers: [{ name: 'e', image: 'i', targetContainerName: 'x' }] }),
      [
        'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
        'spec.ephemeralContainers: Forbidden: cannot be set on create',
      ],
    ],
    [
      'says what it costs in numbers',
      pod({}, {}, { 'controller.kubernetes.io/pod-deletion-cost': 'much' }),
      [
        'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: ' +
          '"much": must be a 32bit integer',
      ],
    ],
  ];
  it.each(cases)('%s', (_name, object, wanted) => {
    expect(errorsOf(object)).toEqual(wanted);
  });
});

describe('a changed pod', () => {
  const before = pod({
    activeDeadlineSeconds: 10,
    tolerations: [{ key: 'a', operator: 'Exists' }],
  });
  it('may have other images, and less time', () => {
    const spec = { activeDeadlineSeconds: 5, tolerations: [{ key: 'a', operator: 'Exists' }] };
    expect(errorsOf(pod(spec, { image: 'nginx:2', imagePullPolicy: 'Always' }), before)).toEqual(
      [],
    );
  });
  it('keeps its tolerations, and gets no more time', () => {
    expect(errorsOf(pod({ activeDeadlineSeconds: 20 }), before)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 20: must be less than or equal to previous value',
    ]);
    expect(errorsOf(pod({ activeDeadlineSeconds: 10 }), before)).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its ' +
        'tolerationSeconds',
    ]);
  });
  it('can be narrowed as long as it is held back', () => {
    const gated = pod({ schedulingGates: [{ name: 'x.io/g' }], nodeSelector: { a: '1' } });
    const narrowed = pod({ schedulingGates: [], nodeSelector: { a: '1', b: '2' } });
    expect(errorsOf(narrowed, gated)).toEqual([]);
    expect(errorsOf(pod({ schedulingGates: [], nodeSelector: { a: '2' } }), gated)).toEqual([
      'spec.nodeSelector: Invalid value: {"a":"2"}: only additions to spec.nodeSelector are ' +
        'allowed (no mutations or deletions)',
    ]);
  });
});
