import { failed } from '../../failure.ts';

/** One side of a copy: a path here, or one in a pod. */
export interface FileSpec {
  readonly pod: string;
  readonly namespace: string;
  readonly path: string;
}

/** Reads `[[namespace/]pod:]path` (kubectl `extractFileSpec`). */
export function fileSpec(text: string): FileSpec {
  const colon = text.indexOf(':');
  if (colon < 0) return { pod: '', namespace: '', path: text };
  if (colon === 0) throw malformed();
  const before = text.slice(0, colon);
  const path = text.slice(colon + 1);
  const parts = before.split('/');
  if (parts.length === 1) return { pod: before, namespace: '', path };
  if (parts.length !== 2) throw malformed();
  const [namespace = '', pod = ''] = parts;
  if (pod === '' || namespace === '') throw malformed();
  return { pod, namespace, path };
}

function malformed() {
  return failed('filespec must match the canonical format: [[namespace/]pod:]file/path');
}

/** A path without `.`, `..` and doubled slashes (Go `path.Clean`). */
export function clean(path: string): string {
  const absolute = path.startsWith('/');
  const found: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && found.length > 0 && found.at(-1) !== '..') found.pop();
    else if (part !== '..' || !absolute) found.push(part);
  }
  return (absolute ? '/' : '') + found.join('/') || '.';
}

/** Last part of a path. */
export function baseName(path: string): string {
  return clean(path).split('/').at(-1) ?? '';
}

/** All but the last part. */
export function directoryName(path: string): string {
  const cleaned = clean(path);
  const cut = cleaned.lastIndexOf('/');
  return cut < 0 ? '.' : cleaned.slice(0, cut) || '/';
}
