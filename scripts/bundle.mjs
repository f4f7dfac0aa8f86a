// Bundles a command-line entry for Node and keeps the bundle until a source changes.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFresh } from './fresh.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = ['src', 'labs', 'content', 'test', 'scripts', 'package-lock.json'].map((name) =>
  join(root, name),
);

/**
 * Path of the bundle of an entry (`src/cli/shell.ts`), built if it is missing or stale.
 * @param {string} entry path from the root of the repository
 */
export async function bundle(entry) {
  const name = entry.replace(/[^a-z]+/gi, '-').replace(/-ts$/, '');
  const out = join(root, 'node_modules/.cache/podways/bundle', `${name}.mjs`);
  if (isFresh(out, sources)) return out;
  const { build } = await import('vite');
  const outDir = join(dirname(out), `.${name}.${process.pid}`);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node22',
      rollupOptions: {
        output: { entryFileNames: 'main.mjs', codeSplitting: false },
      },
    },
  });
  mkdirSync(dirname(out), { recursive: true });
  renameSync(join(outDir, 'main.mjs'), out);
  rmSync(outDir, { recursive: true, force: true });
  return out;
}
