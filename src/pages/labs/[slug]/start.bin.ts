import { gzipSync } from 'node:zlib';
import type { APIRoute } from 'astro';
import { labSlugs } from '../../../course/lab/load.ts';
import { labStart } from '../../../course/lab/start.ts';

/**
 * The start state of each lab, made when the site is built, so that a lab opens at once. It is
 * compressed here: not every host does, and a browser keeps what it was sent.
 */
export const getStaticPaths = () => labSlugs.map((slug) => ({ params: { slug } }));

export const GET: APIRoute = ({ params }) =>
  new Response(gzipSync(JSON.stringify(labStart(params['slug'] ?? '')), { level: 9 }));
