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

/** Which objects something is about. */
export interface Select {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}

export interface FieldOptions {
  delimiter?: string;
  index?: number;
  create?: boolean;
}

export interface ReplacementTarget {
  select?: Select;
  reject?: Select[];
  fieldPaths?: string[];
  options?: FieldOptions;
}

export interface ReplacementArgs {
  path?: string;
  source?: Select & { fieldPath?: string; options?: FieldOptions };
  sourceValue?: string;
  targets?: ReplacementTarget[];
}

export interface VarArgs {
  name: string;
  objref: { kind: string; name: string; apiVersion?: string };
  fieldref?: { fieldpath?: string };
}

export interface FieldSpec extends Select {
  path: string;
  create?: boolean;
}

export interface LabelArgs {
  pairs?: Record<string, string>;
  fields?: FieldSpec[];
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
  replacements?: ReplacementArgs[];
  vars?: VarArgs[];
  sortOptions?: {
    order?: string;
    legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
  };
  buildMetadata?: string[];
  helmCharts?: { name?: string }[];
}

const modelled = new Set(
  (
    'kind apiVersion metadata resources bases components namePrefix nameSuffix namespace ' +
    'commonLabels commonAnnotations labels images replicas patches patchesStrategicMerge ' +
    'patchesJson6902 configMapGenerator secretGenerator generatorOptions replacements vars ' +
    'sortOptions buildMetadata helmCharts'
  ).split(' '),
);
const unmodelled = new Set(
  (
    'crds openapi helmGlobals helmChartInflationGenerator configurations generators ' +
    'transformers validators'
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
  return checked((decoded.value ?? {}) as object, directory);
}

function checked(value: object, directory: string): Kustomization {
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
  checkType(kustomization, directory);
  for (const name of ['resources', 'bases', 'components', 'patchesStrategicMerge'] as const) {
    const list = kustomization[name] as unknown;
    if (list !== undefined && list !== null && !Array.isArray(list)) {
      throw failed(
        `invalid Kustomization: json: cannot unmarshal ${typeof list} into Go struct field ` +
          `Kustomization.${name} of type []string`,
      );
    }
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

/** Kind and version are those of kustomize (`Kustomization.EnforceFields`). */
function checkType({ kind, apiVersion, sortOptions, buildMetadata }: Kustomization, path: string) {
  const problems: string[] = [];
  if (kind && kind !== 'Kustomization' && kind !== 'Component') {
    problems.push('kind should be Kustomization or Component');
  }
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  if (apiVersion && apiVersion !== `kustomize.config.k8s.io/${version}`) {
    const what = kind === 'Component' ? kind : 'Kustomization';
    problems.push(`apiVersion for ${what} should be kustomize.config.k8s.io/${version}`);
  }
  if (problems.length > 0) {
    throw failed(`Failed to read kustomization file under ${path}:\n${problems.join('\n')}`);
  }
  const order = sortOptions?.order;
  if (sortOptions && order !== 'fifo' && order !== 'legacy') {
    throw failed("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (buildMetadata?.includes('transformerAnnotations')) {
    const what = 'transformerAnnotations of a kustomization';
    throw exit(2, `kubectl: ${what} is not modelled here\n`);
  }
}

/** Fields that still work under their old names, each with what is said of it. */
export function deprecations(kustomization: Kustomization): readonly string[] {
  const old = [
    ['bases', 'resources'],
    ['patchesJson6902', 'patches'],
    ['patchesStrategicMerge', 'patches'],
    ['commonLabels', 'labels'],
    ['vars', 'replacements'],
  ] as const;
  return old
    .filter(([name]) => kustomization[name] !== undefined)
    .map(
      ([name, now]) =>
        `# Warning: '${name}' is deprecated. Please use '${now}' instead. ` +
        `${name === 'vars' ? '[EXPERIMENTAL] ' : ''}Run 'kustomize edit ` +
        "fix' to update your Kustomization automatically.\n",
    );
}
