// Sets up everything on a fresh machine: packages, generated schemas and, for the browser tests, a
// browser and a Korean font. Runs before every script that needs it; costs nothing when all is
// there. Plain Node 20, no packages: it runs before any is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, hasKoreanFont } from './browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const marker = join(root, 'node_modules/.cache/podways/setup');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
  step('Installing packages (once; about a minute)');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}
run(process.execPath, [join(root, 'scripts/schema.mjs')]);
if (process.argv.includes('--browser')) setUpBrowser();

/** Debian's Chromium and a Korean font, where they are missing. */
function setUpBrowser() {
  const packages = [];
  if (!findBrowser()) packages.push('chromium');
  if (!hasKoreanFont()) packages.push('fonts-noto-cjk');
  if (packages.length === 0) return;
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    fail(`The browser tests need ${packages.join(' and ')}; please install, or set CHROMIUM.`);
  }
  step(`Installing ${packages.join(', ')} for the browser tests (once)`);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...words) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...words];
    run(command, rest, { DEBIAN_FRONTEND: 'noninteractive' });
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

function step(text) {
  console.log(`\n▸ ${text}`);
}

function run(command, args, env = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (done.status !== 0) fail(`${command} ${args.join(' ')} failed`);
}

function fail(text) {
  console.error(`\n✗ ${text}`);
  process.exit(1);
}
