// `npm run dev`: the course with reload on change.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const astro = join(root, 'node_modules/astro/bin/astro.mjs');
const port = process.env['PORT'] ?? '4321';
const done = spawnSync('node', [astro, 'dev', '--port', port, '--ignore-lock'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
});
process.exit(done.status ?? 1);
