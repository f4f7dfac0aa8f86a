import { gzipSync } from 'node:zlib';
import type { APIRoute } from 'astro';
import { boot } from '../../../emulator/cluster/boot.ts';
import { topologyNames } from '../../../emulator/cluster/topology.ts';
import { CLUSTER_SEED } from '../../../ui/session/seed.ts';

/** A cluster of each topology when it has booted: chapters and tools begin from it, as labs do. */
export const getStaticPaths = () => topologyNames().map((name) => ({ params: { name } }));

export const GET: APIRoute = ({ params }) => {
  const cluster = boot(params['name'] ?? '', { seed: CLUSTER_SEED });
  return new Response(gzipSync(JSON.stringify(cluster.save()), { level: 9 }));
};
