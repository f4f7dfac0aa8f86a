import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { checkVerbs } from '../checks/catalog.ts';

const slug = z.string().regex(/^[a-z][a-z0-9-]*$/);

const value = z.union([z.string(), z.number()]);

/** `vary.yaml`: slots, and what each is drawn from. */
export const varySchema = z.record(
  z.string().regex(/^[a-z][a-z0-9]*$/),
  z.union([z.array(value).min(2), z.strictObject({ from: z.number(), to: z.number() })]),
);

const check = z.object({ slug, verb: z.string(), hidden: z.boolean().default(false) }).loose();

/** `lab.yaml`: what a lab is, apart from its texts. */
const labSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]\d+$/),
  version: z.number().int().positive(),
  chapter: slug,
  minutes: z.number().int().positive(),
  archetypes: z.array(z.string().regex(/^A\d\d$/)),
  topology: z.string(),
  seed: z.number().int(),
  /** Whether its minutes are a par to run against. */
  timed: z.boolean().default(false),
  /** Directory below the home of the learner where `files/` are put. */
  files: z.string().default('.'),
  /** Seconds of virtual time that the start state may take to settle. */
  settle: z.number().positive().default(90),
  steps: z.array(z.strictObject({ slug, checks: z.array(slug).min(1) })).min(1),
  checks: z.array(check).min(3),
});

const checkText = z.strictObject({
  title: z.string(),
  expected: z.string(),
  question: z.string(),
  /** Own words for a reason of the verb, where the lab can say it better. */
  feedback: z.record(z.string(), z.string()).default({}),
  hints: z.array(z.string()).length(4),
});

/** Front matter of `ko.md` and `en.md`; the body is the briefing. */
const textSchema = z.strictObject({
  title: z.string(),
  summary: z.string(),
  steps: z.record(slug, z.strictObject({ title: z.string(), text: z.string() })),
  checks: z.record(slug, checkText),
  solutions: z.record(slug, z.strictObject({ title: z.string(), why: z.string() })),
  done: z.string(),
});

export type LabDefinition = z.infer<typeof labSchema>;
export type LabTexts = z.infer<typeof textSchema> & { readonly briefing: string };

/** Reads `lab.yaml`; a mistake names file, path, what was expected, and a hint. */
export function readLab(file: string, text: string): LabDefinition {
  const lab = checked(file, labSchema, parseYaml(text), 'see labs/README.md for every field');
  const known = new Set(lab.checks.map((each) => each.slug));
  for (const step of lab.steps) {
    for (const name of step.checks) {
      if (!known.has(name))
        mistake(file, `steps.${step.slug}.checks`, `a check named ${name}`, 'add it under checks');
    }
  }
  for (const { verb, slug: name, hidden: _hidden, ...args } of lab.checks) {
    const known = checkVerbs.get(verb);
    if (!known)
      mistake(file, `checks.${name}.verb`, `one of ${[...checkVerbs.keys()]}`, `not ${verb}`);
    checked(file, known!.args, args, `see src/course/checks/${verb}/README.md`, `checks.${name}`);
  }
  return lab;
}

/** Reads a language file and sees that nothing is missing and nothing is left over. */
export function readTexts(file: string, text: string, lab: LabDefinition): LabTexts {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!match) mistake(file, '', 'front matter between two lines of ---', 'see another lab');
  const texts = checked(
    file,
    textSchema,
    parseYaml(match![1]!),
    'each check has title, expected, question, hints',
  );
  same(
    file,
    'steps',
    lab.steps.map((each) => each.slug),
    Object.keys(texts.steps),
  );
  same(
    file,
    'checks',
    lab.checks.map((each) => each.slug),
    Object.keys(texts.checks),
  );
  return { ...texts, briefing: match![2]!.trim() };
}

function same(file: string, path: string, wanted: string[], found: string[]): void {
  const missing = wanted.filter((each) => !found.includes(each));
  const extra = found.filter((each) => !wanted.includes(each));
  if (missing.length > 0) mistake(file, path, `texts for ${missing}`, 'translate it');
  if (extra.length > 0) mistake(file, path, `no texts for ${extra}`, 'remove it or fix the slug');
}

function checked<T>(file: string, schema: z.ZodType<T>, value: unknown, hint: string, at = ''): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [at, ...(issue?.path.map(String) ?? [])].filter(Boolean).join('.');
  return mistake(file, path, issue?.message ?? 'another value', hint);
}

/** An author's mistake: it stops the build and never reaches a learner. */
function mistake(file: string, path: string, expected: string, hint: string): never {
  throw new Error(`${file}: ${path || 'the file'}: expected ${expected}. Hint: ${hint}.`);
}
