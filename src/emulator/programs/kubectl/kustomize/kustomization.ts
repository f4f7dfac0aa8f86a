import { isErrno } from '../../../host/errno.ts';
import type { Sys } from '../../../host/syscalls.ts';
import { exit, failed } from '../failure.ts';
import { goStrerror } from '../go-errors.ts';
import { decodeYaml } from '../yaml/decode.ts';

export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

/** An entry of configMapGenerator or secretGenerator. */
export interface GeneratorArgs {
  name?: string;
  namespace?: string;
  behavior?: string;
  literals?: string[];
  files?: string[];
  envs?: string[];
  env?: string;
  type?: string;
  options?: GeneratorOptions;
}

/** Which objects a patch is for; texts are expressions that have to match whole. */
export interface PatchTarget {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

export interface PatchArgs {
  path?: string;
  patch?: string;
  target?: PatchTarget;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

export interface LabelArgs {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
}

/** The file kustomization.yaml, as far as it is modelled. */
export interface Kustomization {
  kind?: string;
  apiVersion?: string;
  resources?: string[];
  bases?: string[];
  components?: string[];
  namePrefix?: string;
  nameSuffix?: string;
  namespace?: string;
  commonLabels?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  labels?: LabelArgs[];
  images?: {
    name: string;
    newName?: string;
    newTag?: string;
    digest?: string;
    tagSuffix?: string;
  }[];
  replicas?: { name: string; count: number }[];
  patches?: PatchArgs[];
  patchesStrategicMerge?: string[];
  patchesJson6902?: PatchArgs[];
  configMapGenerator?: GeneratorArgs[];
  secretGenerator?: GeneratorArgs[];
  generatorOptions?: GeneratorOptions;
}

const modelled = new Set(
  (
    'kind apiVersion metadata resources bases components namePrefix nameSuffix namespace ' +
    'commonLabels commonAnnotations labels images replicas patches patchesStrategicMerge ' +
    'patchesJson6902 configMapGenerator secretGenerator generatorOptions'
  ).split(' '),
);
const unmodelled = new Set(
  (
    'vars replacements crds openapi helmGlobals helmCharts helmChartInflationGenerator ' +
    'configurations generators transformers validators sortOptions buildMetadata'
  ).split(' '),
);

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Reads a directory's kustomization. Throws kustomize's own errors. */
export function readKustomization(sys: Sys, directory: string): Kustomization {
  const names = sys.files.list(directory);
  const found = isErrno(names) ? [] : fileNames.filter((name) => names.includes(name));
  if (found.length === 0) {
    throw failed(
      "unable to find one of 'kustomization.yaml', 'kustomization.yml' or " +
        `'Kustomization' in directory '${directory}'`,
    );
  }
  if (found.length > 1) {
    throw failed(`Found multiple kustomization files under: ${directory}\n`);
  }
  const read = sys.files.read(`${directory}/${found[0]}`);
  if (isErrno(read)) throw failed(`open ${directory}/${found[0]}: ${goStrerror(read)}`);
  const decoded = decodeYaml(read.text);
  if (!decoded.ok) {
    const why = decoded.error.replace(/^error converting YAML to JSON: /, '');
    throw failed(`invalid Kustomization: ${why}`);
  }
  return checked((decoded.value ?? {}) as object);
}

function checked(value: object): Kustomization {
  const names = Object.keys(value);
  for (const name of names) {
    if (unmodelled.has(name)) {
      throw exit(2, `kubectl: ${name} of a kustomization is not modelled here\n`);
    }
    if (!modelled.has(name)) {
      throw failed(`invalid Kustomization: json: unknown field "${name}"`);
    }
  }
  const rest = names.filter((name) => !/^(kind|apiVersion|metadata)$/.test(name));
  if (rest.length === 0) throw failed('kustomization.yaml is empty');
  const kustomization = value as Kustomization;
  for (const name of ['resources', 'bases', 'components', 'patchesStrategicMerge'] as const) {
    for (const entry of (kustomization[name] ?? []) as unknown[]) {
      if (typeof entry === 'string') continue;
      const type = Array.isArray(entry) ? 'array' : typeof entry;
      throw failed(
        `invalid Kustomization: json: cannot unmarshal ${type} into Go struct field ` +
          `Kustomization.${name} of type string`,
      );
    }
  }
  return kustomization;
}

/** Fields that still work under their old names, each with what is said of it. */
export function deprecations(kustomization: Kustomization): readonly string[] {
  const old = [
    ['bases', 'resources'],
    ['patchesJson6902', 'patches'],
    ['patchesStrategicMerge', 'patches'],
    ['commonLabels', 'labels'],
  ] as const;
  return old
    .filter(([name]) => kustomization[name] !== undefined)
    .map(
      ([name, now]) =>
        `# Warning: '${name}' is deprecated. Please use '${now}' instead. Run 'kustomize edit ` +
        "fix' to update your Kustomization automatically.\n",
    );
}
