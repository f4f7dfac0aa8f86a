// `npm run shell`, `npm run conformance`: sets up, bundles the entry if needed and runs it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entries = {
  shell: 'src/cli/shell.ts',
  apiserver: 'src/cli/apiserver.ts',
  conformance: 'test/conformance/run.ts',
  replay: 'test/door/replay.ts',
  bench: 'test/bench/run.ts',
  fuzz: 'test/fuzz/run.ts',
};
const [name, ...args] = process.argv.slice(2);
const entry = entries[name];
if (!entry) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(entries).join('|')} [arguments]`);
  process.exit(2);
}
const generated = join(root, 'src/emulator/resources/schema.generated.ts');
if (!existsSync(join(root, 'node_modules/vite')) || !existsSync(generated)) {
  const done = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], {
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) process.exit(1);
}
const { bundle } = await import('./bundle.mjs');
const path = await bundle(entry);
process.argv.splice(1, 2, path);
process.argv.splice(2, process.argv.length - 2, ...args);
await import(pathToFileURL(path).href);
