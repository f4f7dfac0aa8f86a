/** Access modes in their short forms, in the order that `kubectl` prints. */
const short: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** What a volume or a claim may be used for. */
export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** `RWO,ROX`: access modes as `GetAccessModesAsString` prints them, each once. */
export function accessText(modes: readonly string[] | null | undefined): string {
  const given = new Set(modes);
  return Object.entries(short)
    .filter(([name]) => given.has(name))
    .map(([, text]) => text)
    .join(',');
}

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class of a volume or claim, which an old annotation may still name. */
export function classOf({
  metadata,
  spec,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly storageClassName?: string };
}): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}

const DEFAULT = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** Whether claims that name no class get this one. */
export function isDefaultClass({
  metadata,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}): boolean {
  return DEFAULT.some((name) => metadata.annotations?.[name] === 'true');
}
