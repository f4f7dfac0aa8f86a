import type { APIRoute } from 'astro';
import { labSlugs } from '../../../course/lab/load.ts';
import { labStart } from '../../../course/lab/start.ts';

/** The start state of each lab, made when the site is built, so that a lab opens at once. */
export const getStaticPaths = () => labSlugs.map((slug) => ({ params: { slug } }));

export const GET: APIRoute = ({ params }) =>
  new Response(JSON.stringify(labStart(params['slug'] ?? '')));
