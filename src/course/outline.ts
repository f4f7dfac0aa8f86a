import { parse } from 'yaml';
import { z } from 'zod';
import text from '../../content/course.yaml?raw';

const layer = z.enum(['l2', 'l3', 'nat', 'policy', 'dns', 'l7']);
const stop = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]+$/),
  sections: z.array(z.string()).min(1),
  layer,
  ko: z.string(),
  en: z.string(),
});
const section = z.strictObject({ number: z.string(), ko: z.string(), en: z.string() });
const schema = z.strictObject({ stops: z.array(stop), sections: z.array(section) });

export type Layer = z.infer<typeof layer>;
export type Stop = z.infer<typeof stop>;

/** The course's order and the outline's sections, read from `content/course.yaml`. */
export const outline = read();

function read(): z.infer<typeof schema> {
  const result = schema.safeParse(parse(text));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new Error(
      `content/course.yaml: ${issue?.path.join('.')}: ${issue?.message}. ` +
        'Hint: each stop has slug, sections, layer, ko and en.',
    );
  }
  const covered = new Set(result.data.stops.flatMap((each) => each.sections));
  const lost = result.data.sections.filter((each) => !covered.has(each.number));
  if (lost.length > 0) {
    throw new Error(
      `content/course.yaml: section ${lost[0]?.number} belongs to no stop. ` +
        'Hint: name it in the sections of one stop.',
    );
  }
  return result.data;
}
