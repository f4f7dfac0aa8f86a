// Builds the site into dist/ when its sources are newer.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFresh } from './fresh.mjs';

const sources = ['src', 'labs', 'content', 'public', 'astro.config.mjs', 'package-lock.json'];

/** Builds unless dist/ is fresh. Ends the process with a message when the build fails. */
export async function buildSite(root, { force = false } = {}) {
  const stamp = join(root, 'dist/.built');
  if (
    !force &&
    isFresh(
      stamp,
      sources.map((name) => join(root, name)),
    )
  ) {
    return;
  }
  console.log('▸ Building the course');
  const astro = join(root, 'node_modules/astro/bin/astro.mjs');
  const done = spawnSync('node', [astro, 'build'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
  });
  if (done.status !== 0) {
    console.error('✗ The build failed; the lines above say where.');
    process.exit(1);
  }
  writeFileSync(stamp, '');
}
