import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDoor, type Door } from '../../src/door/door.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import { findKubectl } from './kubectl.ts';
import { runReal } from './pair.ts';

/** Virtual time since the boot. */
const LEAD = 120_000_000;
const home = mkdtempSync(join(tmpdir(), 'door-'));
let cluster: Cluster;
let door: Door;

const run = (text: string, stdin = '') => runReal(text, home, stdin, 60);

beforeAll(async () => {
  cluster = boot('two-nodes', { seed: 7, start: Date.now() * 1_000 - LEAD });
  for (const each of ['w', 'bin']) mkdirSync(join(home, each));
  symlinkSync(findKubectl(), join(home, 'bin/kubectl'));
  const kubeconfig = join(home, '.kube/config');
  door = await openDoor({ cluster, address: '127.0.0.1', port: 0, http: 0, kubeconfig });
  await run('kubectl create deployment web --image=nginx');
  await run('kubectl run box --image=busybox -- sh -c "while sleep 1; do date; done"');
  await run('kubectl wait --for=condition=Ready pod --all --timeout=60s');
}, 120_000);
afterAll(async () => {
  await door?.close();
  rmSync(home, { recursive: true, force: true });
});

describe('streams of a real kubectl', () => {
  it('sees a thousand changes in one watch', async () => {
    await run('kubectl create configmap counter --from-literal=n=0');
    const watch = spawn(
      join(home, 'bin/kubectl'),
      ['get', 'configmap', 'counter', '-w', '-o', 'jsonpath={.data.n}{"\\n"}'],
      { env: { HOME: home } },
    );
    let seen = '';
    watch.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
    await until(() => seen === '0\n');
    for (let n = 1; n <= 1000; n += 1) {
      const headers = { 'content-type': 'application/merge-patch+json' };
      const url = '/api/v1/namespaces/default/configmaps/counter';
      cluster.api({ method: 'PATCH', url, headers, body: { data: { n: String(n) } } });
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => seen.endsWith('\n1000\n'));
    watch.kill();
    expect(seen.trim().split('\n')).toEqual(Array.from({ length: 1001 }, (_, n) => String(n)));
  });

  it('runs commands with input, output, errors and a status', async () => {
    expect(
      await run("kubectl exec -i deploy/web -- sh -c 'cat; echo no >&2; exit 7'", 'a\nb'),
    ).toEqual({
      stdout: 'a\nb',
      stderr: 'no\ncommand terminated with exit code 7\n',
      exit: 7,
    });
  });

  it('gives a terminal, with its size and its keys', async () => {
    const typed = 'stty size 2>/dev/null; tty; sleep 100\x03echo done\nexit 3\n';
    const inside = `script -qec "stty rows 33 cols 99; kubectl exec -it box -- sh" /dev/null`;
    const child = spawn('bash', ['-c', inside], {
      env: { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, HOME: home },
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const prompts = () => shown.split('# ').length - 1;
    await until(() => prompts() > 0);
    for (const line of typed.split(/(?<=[\n\x03])/)) {
      const before = prompts();
      child.stdin.write(line);
      if (line.startsWith('exit')) break;
      if (line.includes('sleep')) child.stdin.write('\n');
      await until(() => prompts() > before || line.endsWith('\x03'));
    }
    const exit = await new Promise((resolve) => child.on('close', resolve));
    expect(shown).toContain('done\r\n');
    expect(exit).toBe(3);
  });

  it('follows a log', async () => {
    const { stdout } = await run('timeout 4 kubectl logs -f box --tail=1');
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(3);
  });

  it('forwards a port', async () => {
    const { stdout } = await run(
      'kubectl port-forward deploy/web :80 > out & ' +
        'until grep -q Forwarding out; do sleep 0.1; done; ' +
        'url=$(grep -o "127[^ ]*" out | head -1); ' +
        'for i in 1 2 3; do curl -s $url | grep title; done; kill $!',
    );
    expect(stdout).toBe('<title>Welcome to nginx!</title>\n'.repeat(3));
  });

  it('copies files of any bytes there and back', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 31) % 256));
    writeFileSync(join(home, 'w/bytes'), bytes);
    await run('kubectl cp bytes box:/tmp/bytes');
    const back = await run('kubectl cp box:/tmp/bytes back');
    expect(back.exit).toBe(0);
    expect(readFileSync(join(home, 'w/back')).equals(bytes)).toBe(true);
  });
});

describe('answers', () => {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${door.httpUrl}${path}`, {
      headers: { authorization: `Bearer ${door.token}`, ...headers },
    });

  it('are compressed where they are large, and not sent again where they are known', async () => {
    const large = await ask('/openapi/v3/api/v1', { 'accept-encoding': 'gzip' });
    expect(large.headers.get('content-encoding')).toBe('gzip');
    expect(await large.json()).toMatchObject({ openapi: '3.0.0' });
    const known = { 'if-none-match': large.headers.get('etag') as string };
    const again = await ask('/openapi/v3/api/v1', known);
    expect([again.status, await again.text()]).toEqual([304, '']);
    const small = await ask('/version', { 'accept-encoding': 'gzip' });
    expect(small.headers.get('content-encoding')).toBeNull();
  });

  it('are JSON, YAML, tables and metadata, as the client accepts them', async () => {
    const path = '/api/v1/namespaces/default/pods/box';
    const yaml = await ask(path, { accept: 'application/yaml' });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(await yaml.text()).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n/);
    const form = (name: string) => `application/json;as=${name};v=v1;g=meta.k8s.io`;
    for (const kind of ['Table', 'PartialObjectMetadata']) {
      expect(await (await ask(path, { accept: form(kind) })).json()).toMatchObject({ kind });
    }
    const wrong = await ask(path, { accept: 'text/html' });
    expect(wrong.status).toBe(406);
  });

  it('bear warnings in their headers', async () => {
    const answer = await ask('/api/v1/namespaces/default/endpoints');
    expect(answer.headers.get('warning')).toBe(
      '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
    );
  });
});

describe('clients that browsers are', () => {
  const socketTo = (path: string, protocol: string) => {
    const token = Buffer.from(door.token).toString('base64url');
    const bearer = `base64url.bearer.authorization.k8s.io.${token}`;
    const url = `${(door.httpUrl as string).replace('http', 'ws')}${path}`;
    const socket = new WebSocket(url, [protocol, bearer]);
    socket.binaryType = 'arraybuffer';
    const messages: (string | Uint8Array)[] = [];
    socket.addEventListener('message', ({ data }) =>
      messages.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)),
    );
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    return { socket, messages, closed };
  };

  it('watch through a WebSocket, with their token among the protocols', async () => {
    const path = '/api/v1/namespaces/default/pods?watch=1&fieldSelector=metadata.name%3Dbox';
    const { socket, messages } = socketTo(path, 'v4.channel.k8s.io');
    await until(() => messages.length > 0);
    expect(JSON.parse(messages[0] as string)).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Pod', metadata: { name: 'box' } },
    });
    socket.close();
  });

  it('run commands through channels', async () => {
    const path =
      '/api/v1/namespaces/default/pods/box/exec?command=sh&command=-c&' +
      `command=${encodeURIComponent('read x; echo $x; exit 4')}&stdin=1&stdout=1&stderr=1`;
    const { socket, messages, closed } = socketTo(path, 'v4.channel.k8s.io');
    await until(() => socket.readyState === WebSocket.OPEN);
    socket.send(Uint8Array.of(0, ...Buffer.from('hello\n')));
    await closed;
    const channel = (number: number) =>
      messages
        .map((each) => each as Uint8Array)
        .filter((each) => each[0] === number)
        .map((each) => Buffer.from(each.subarray(1)).toString())
        .join('');
    expect(channel(1)).toBe('hello\n');
    expect(JSON.parse(channel(3))).toMatchObject({
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '4' }] },
    });
  });

  it('may ask from pages of loopback origins, and from no others', async () => {
    const ask = async (origin: string) => {
      const headers = { origin, authorization: `Bearer ${door.token}` };
      const answer = await fetch(`${door.httpUrl}/api`, { headers });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await ask('http://localhost:4466')).toBe('http://localhost:4466');
    expect(await ask('https://example.com')).toBeNull();
  });
});

describe('clients that are slow, broken or unknown', () => {
  const port = () => Number(new URL(door.httpUrl as string).port);
  const send = (text: string | Buffer) => {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  };
  const answer = (text: string) => {
    const socket = send(text);
    let got = '';
    socket.on('data', (piece) => (got += String(piece)));
    return new Promise<string>((resolve) => socket.on('close', () => resolve(got)));
  };
  const bearer = () => `Authorization: Bearer ${door.token}\r\nConnection: close\r\n`;

  it('are refused without a certificate and with a wrong token', async () => {
    const ask = (headers: string) => answer(`GET /api HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    expect(await ask('Connection: close\r\n')).toContain('HTTP/1.1 401 ');
    expect(await ask('Authorization: Bearer wrong\r\nConnection: close\r\n')).toContain(
      'HTTP/1.1 401 ',
    );
    expect(await ask(bearer())).toContain('HTTP/1.1 200 ');
  });

  it('are told what is too large, and what is no protobuf', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    const post = (body: string, type: string) =>
      answer(
        `POST ${path} HTTP/1.1\r\nHost: x\r\n${bearer()}Content-Type: ${type}\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    expect(await post(' '.repeat(4_000_000), 'application/json')).toContain('HTTP/1.1 413 ');
    const type = 'application/vnd.kubernetes.protobuf';
    expect(await post('k8s\0\x0a\x7fbroken', type)).toContain('HTTP/1.1 400 ');
  });

  it('hold up nobody else', async () => {
    const sockets = Array.from({ length: 50 }, (_, at) =>
      send(
        at % 2 ? 'GET /api HTT' : 'POST /api/v1/namespaces HTTP/1.1\r\nContent-Length: 99\r\n\r\n{',
      ),
    );
    sockets.push(send(Buffer.from([0x16, 3, 1, 2, 0, 1])), send('\0\0\0\0\r\n\r\n'));
    // One that asks for all events and reads none of them.
    const idle = send(`GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: x\r\n${bearer()}\r\n`);
    idle.pause();
    const from = performance.now();
    const { stdout, exit } = await run('kubectl get nodes -o name');
    expect(performance.now() - from).toBeLessThan(5_000);
    expect([stdout.split('\n').length, exit]).toEqual([4, 0]);
    for (const socket of [...sockets, idle]) socket.destroy();
  });
});

/** Waits until something has come about, at most a minute. */
async function until(is: () => boolean): Promise<void> {
  for (let left = 1_200; !is(); left -= 1) {
    if (left === 0) throw new Error('waited for a minute in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
