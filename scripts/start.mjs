// `npm start`: builds the course if its sources changed, and serves it.
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './site.mjs';
import { serve } from './serve.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const port = Number(process.env['PORT'] ?? 4321);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`✗ PORT is "${process.env['PORT']}"; it must be a number from 0 to 65535.`);
  process.exit(1);
}
await buildSite(root);
try {
  const { address } = await serve(join(root, 'dist'), port);
  console.log(`\nPodways is at ${address}   (Ctrl-C stops it)\n`);
} catch (error) {
  if (error.code === 'EADDRINUSE') {
    console.error(
      `✗ Port ${port} is in use. Stop what uses it, or choose another: PORT=4322 npm start`,
    );
  } else if (error.code === 'EACCES') {
    console.error(`✗ Port ${port} needs more rights. Choose one above 1023: PORT=4321 npm start`);
  } else throw error;
  process.exit(1);
}
