// Checks package-lock.json: each platform's optional package of each package must have an entry of
// its own, or an install on that platform would lack its native part; and no registry is named.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text);
const missing = [];
for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    if (!packages[nested] && !packages[`node_modules/${name}`]) missing.push(`${path}: ${name}`);
  }
}
if (missing.length > 0) {
  console.error(`✗ package-lock.json lacks entries:\n  ${missing.join('\n  ')}`);
  process.exit(1);
}
if (/"resolved": "https?:/.test(text)) {
  console.error('✗ package-lock.json names a registry; install with the .npmrc of this repository');
  process.exit(1);
}
console.log(`✓ package-lock.json: ${Object.keys(packages).length} entries, no platform missing`);
