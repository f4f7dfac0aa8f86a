import { docsSchema } from '@astrojs/starlight/schema';
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

/**
 * Chapters: `content/<slug>/<lang>.mdx` is served at `/<lang>/<slug>/`. Both languages must be
 * there;
 * a test says so.
 */
const docs = defineCollection({
  loader: glob({
    base: './content',
    pattern: '*/{ko,en}.mdx',
    generateId: ({ entry }) => entry.replace(/^(.+)\/(ko|en)\.mdx$/, '$2/$1'),
  }),
  schema: docsSchema({
    extend: z.object({
      /** Section of the outline that the chapter mirrors. */
      section: z.string(),
      minutes: z.number().int().positive(),
      labs: z.array(z.string()).default([]),
      lead: z.string(),
      goals: z.array(z.string()).default([]),
    }),
  }),
});

export const collections = { docs };
