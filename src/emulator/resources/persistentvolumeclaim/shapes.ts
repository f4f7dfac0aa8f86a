import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';
import type { Condition } from '../pod-template/shapes.ts';

export interface PersistentVolumeClaim extends ApiObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly selector?: LabelSelector;
    readonly resources?: {
      readonly requests?: Readonly<Record<string, string>>;
      readonly limits?: Readonly<Record<string, string>>;
    };
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
    readonly dataSource?: {
      readonly apiGroup?: string | null;
      readonly kind: string;
      readonly name: string;
    };
  };
  readonly status?: {
    readonly phase?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}
