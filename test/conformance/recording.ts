import { publishedAt } from '../../src/emulator/manifests/catalog.ts';
import type { RecordedCluster } from './recorded-cluster.ts';

/** A step of a recorded session, in one of the forms that the recordings' README tells of. */
export interface Step {
  readonly cmd?: string;
  /** The node that it runs on; the workstation where none is named. */
  readonly node?: string;
  readonly stdin?: string | null;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  readonly file?: string;
  readonly content?: string;
  readonly action?: string;
  readonly seconds?: number;
  readonly note?: string;
}

/** A recorded session. */
export interface Recording {
  readonly name: string;
  readonly setup: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly volatile: readonly string[];
  readonly gatewayAPI?: string;
}

const GATEWAY_API =
  'https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.0/standard-install.yaml';

/** By the README, files of the 400s come from a cluster with two families. */
export const isDual = ({ name }: Recording): boolean => /^4\d\d/.test(name);

/** What was there before the first step; files of the 600s begin with the Gateway API installed. */
export function prepare(recorded: RecordedCluster, { gatewayAPI, setup }: Recording): void {
  if (gatewayAPI) recorded.run('kubectl apply --server-side -f -', publishedAt(GATEWAY_API));
  for (const text of setup) recorded.run('kubectl apply -f -', text);
}
