import { parse } from 'yaml';
import { freeze, type Json } from '../world/json.ts';

const known = new Map<string, Json>();
const MOST = 100;

/**
 * The data of a YAML text, frozen; throws as the parser does. Components of all nodes read the same
 * few configuration files, and each command its kubeconfig, so that texts are read once.
 */
export function readYaml(text: string): Json {
  const before = known.get(text);
  if (before !== undefined) return before;
  const value = freeze(parse(text) as Json);
  if (known.size >= MOST) known.clear();
  known.set(text, value);
  return value;
}
