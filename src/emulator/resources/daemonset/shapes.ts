import type { Workload } from '../pod-template/shapes.ts';

export interface DaemonSet extends Workload {
  readonly spec: Workload['spec'] & {
    readonly minReadySeconds?: number;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: {
        readonly maxUnavailable?: number | string;
        readonly maxSurge?: number | string;
      };
    };
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly numberReady?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly numberMisscheduled?: number;
  };
}
