// Tells whether something built is older than what it is built from.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Newest modification time of all files under the given paths, in milliseconds. */
export function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    let stat;
    try {
      stat = statSync(path);
    } catch {
      continue;
    }
    latest = Math.max(latest, stat.mtimeMs);
    if (stat.isDirectory()) {
      latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))));
    }
  }
  return latest;
}

/** Whether `built` exists and is newer than all `sources`. */
export function isFresh(built, sources) {
  try {
    return statSync(built).mtimeMs > newest(sources);
  } catch {
    return false;
  }
}
