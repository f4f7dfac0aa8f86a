// A static file server for dist/, as small as it can be: what any static host does.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Serves a folder on the loopback interface and tells the address. */
export async function serve(folder, port) {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => {
      response.writeHead(500).end('internal error');
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, process.env['HOST'] ?? '127.0.0.1', resolve);
  });
  const bound = server.address().port;
  return { address: `http://localhost:${bound}/`, port: bound, close: () => server.close() };
}

async function answer(folder, request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  let path;
  try {
    path = join(folder, normalize(decodeURIComponent(pathname)));
  } catch {
    response.writeHead(400).end('bad request');
    return;
  }
  let found = await file(path);
  if (found?.directory && !pathname.endsWith('/')) {
    response.writeHead(301, { location: `${pathname}/` }).end();
    return;
  }
  if (found?.directory) found = await file(join(path, 'index.html'));
  const status = found && !found.directory ? 200 : 404;
  const sent = status === 200 ? found : await file(join(folder, '404.html'));
  if (!sent) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    return;
  }
  const immutable = pathname.startsWith('/_astro/');
  response.writeHead(status, {
    'content-type': types[extname(sent.path)] ?? 'application/octet-stream',
    'content-length': sent.size,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(sent.path).pipe(response);
}

async function file(path) {
  try {
    const found = await stat(path);
    return { path, size: found.size, directory: found.isDirectory() };
  } catch {
    return undefined;
  }
}
