import { stringify } from 'yaml';
import type { PublishedManifest } from './manifest.ts';

const modules = import.meta.glob<{ default: PublishedManifest }>('./*/index.ts', { eager: true });
const all = Object.keys(modules)
  .sort()
  .map((path) => (modules[path] as { default: PublishedManifest }).default);

/** The text that lies at an address; undefined where nothing is published. */
export function publishedAt(address: string): string | undefined {
  const found = all.find(({ addresses }) => addresses.test(address));
  const objects = typeof found?.objects === 'function' ? found.objects(address) : found?.objects;
  return objects
    ?.map((object) => stringify(object, { aliasDuplicateObjects: false }))
    .join('---\n');
}
