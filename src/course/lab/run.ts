import type { Cluster } from '../../emulator/cluster/api.ts';
import type { Json } from '../../emulator/world/json.ts';
import type { CheckResult, LabView } from '../../session/protocol.ts';
import { checkVerbs, fill, sentence } from '../checks/catalog.ts';
import type { CheckContext, Judgement, Language, Reason } from '../checks/check.ts';
import type { Lab } from './load.ts';
import { readTranscript } from './transcript.ts';

/** A lab being worked on: its start state, its judgement, its solutions. */
export interface LabRun {
  start(cluster: Cluster): void;
  judge(cluster: Cluster): LabView;
  /** The same in steps of one check each, so that others get their turn in between. */
  judging(cluster: Cluster): Generator<undefined, LabView>;
  /** What a check found, by its reasons rather than its words: for tests. */
  judgement(cluster: Cluster, check: string): Judgement;
  solution(name: string): readonly string[];
}

/**
 * Runs a lab in one language. Kept objects of the start are read when it starts, or from `kept`.
 */
export function createLabRun(lab: Lab, language: Language): LabRun {
  let start: Record<string, Json> = {};
  const judgement = (cluster: Cluster, check: string) => judge(lab, cluster, start, check);
  const run: LabRun = {
    start(cluster) {
      prepare(lab, cluster);
      start = remember(lab, cluster);
    },
    judge(cluster) {
      const steps = run.judging(cluster);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    },
    *judging(cluster) {
      if (Object.keys(start).length === 0) start = recall(lab, cluster);
      const judged = new Map<string, Judgement>();
      for (const { slug } of lab.definition.checks) {
        judged.set(slug, judgement(cluster, slug));
        yield undefined;
      }
      return view(lab, language, (check) => judged.get(check) as Judgement);
    },
    judgement,
    solution: (name) =>
      (lab.solutions[name]?.lines ?? []).flatMap((line) =>
        'command' in line ? [line.command] : [],
      ),
  };
  return run;
}

/** Files into the learner's home, objects into the cluster, then time until all is quiet. */
function prepare(lab: Lab, cluster: Cluster): void {
  for (const [path, text] of Object.entries(lab.files)) {
    cluster.writeFile(`/home/learner/${path}`, text);
  }
  for (const [file, text] of Object.entries(lab.start)) {
    if (file.endsWith('.transcript')) {
      play(`${lab.folder}/start/${file}`, text, cluster);
      continue;
    }
    const done = cluster.script('kubectl apply -f -', { stdin: text });
    if (done.exit !== 0) {
      throw new Error(
        `${lab.folder}/start/${file}: expected a manifest that ` +
          `applies. Hint: ${done.stderr.trim()}`,
      );
    }
  }
  cluster.settle(lab.definition.settle * 1_000_000);
  remember(lab, cluster);
}

/** What happened to the cluster before the learner came: commands, and time between them. */
function play(file: string, text: string, cluster: Cluster): void {
  for (const line of readTranscript(file, text).lines) {
    if ('seconds' in line) cluster.settle(line.seconds * 1_000_000);
    else {
      const done = cluster.script(line.command);
      if (done.exit !== 0) {
        const hint = (done.stderr || done.stdout).trim();
        throw new Error(`${file}: expected "${line.command}" to end with 0. Hint: ${hint}`);
      }
    }
  }
}

/** Where the start's objects are kept: in the world, so that a save has them, and in no file. */
const KEPT = '/lab/start';

function remember(lab: Lab, cluster: Cluster): Record<string, Json> {
  const wanted = lab.definition.checks
    .filter(({ verb }) => verb === 'unchanged')
    .flatMap((check) => check['objects'] as string[]);
  const kept: Record<string, Json> = {};
  for (const reference of wanted) {
    const [resource = '', namespace, name] = reference.split('/');
    const found = cluster.objects(resource, namespace).find((each) => each.metadata.name === name);
    if (found) kept[reference] = found as unknown as Json;
  }
  const { store, cause } = cluster.world;
  store.commit(cause('lab'), [{ key: KEPT, value: kept }]);
  return kept;
}

function recall(lab: Lab, cluster: Cluster): Record<string, Json> {
  return cluster.world.store.get<Record<string, Json>>(KEPT) ?? remember(lab, cluster);
}

function judge(
  lab: Lab,
  cluster: Cluster,
  start: Readonly<Record<string, Json>>,
  slug: string,
): Judgement {
  const check = lab.definition.checks.find((each) => each.slug === slug);
  const verb = checkVerbs.get(check?.verb ?? '');
  if (!check || !verb) throw new Error(`${lab.folder}: no check ${slug}`);
  const { verb: _verb, slug: _slug, hidden: _hidden, ...args } = check;
  return verb.judge(verb.args.parse(args), contextOf(lab, cluster, start));
}

function contextOf(
  lab: Lab,
  cluster: Cluster,
  start: Readonly<Record<string, Json>>,
): CheckContext {
  return {
    cluster,
    copy() {
      const copy = cluster.fork();
      if (!copy) throw new Error('a check was asked while a program runs');
      return copy;
    },
    start,
    judgeBy(name, args, other) {
      const verb = checkVerbs.get(name);
      if (!verb) throw new Error(`${lab.folder}: there is no verb ${name}`);
      return told(verb.judge(verb.args.parse(args), contextOf(lab, other, start)), { verb: name });
    },
    judgeOthers: (slugs, other) =>
      slugs.map((slug) => {
        const verb = lab.definition.checks.find((each) => each.slug === slug)?.verb ?? '';
        return { slug, judgement: told(judge(lab, other, start, slug), { verb, check: slug }) };
      }),
  };
}

/** A judgement whose reasons say whose words they are, for one that passes them on. */
function told(judgement: Judgement, by: Omit<Reason, 'name'>): Judgement {
  const { pass, seen, where, why, trace } = judgement;
  const of = (reason: Reason): Reason => ({ ...by, ...reason });
  return {
    ...{ pass, seen: of(seen) },
    ...(where && { where: of(where) }),
    ...(why && { why: of(why) }),
    ...(trace && { trace }),
  };
}

function view(lab: Lab, language: Language, judged: (check: string) => Judgement): LabView {
  const texts = lab.texts[language];
  const checks = lab.definition.checks.map((check): CheckResult => {
    const own = texts.checks[check.slug]!;
    const { pass, seen, where, why, trace } = judged(check.slug);
    const say = (reason: Reason) => {
      const better = texts.checks[reason.check ?? check.slug]?.feedback[reason.name];
      if (better !== undefined) return fill(better, reason.slots ?? {});
      return sentence(reason.verb ?? check.verb, language, reason);
    };
    const waits = !pass && why?.name === 'why.not-yet';
    return {
      check: check.slug,
      status: pass ? 'pass' : waits ? 'waits' : 'fail',
      hidden: check.hidden,
      expected: own.expected,
      seen: say(seen),
      ...(where && !pass && { where: say(where) }),
      ...(why && !pass && { why: say(why) }),
      ...(!pass && { question: own.question }),
      ...(trace && { trace }),
    };
  });
  const passed = (slug: string) =>
    checks.some(({ check, status }) => check === slug && status === 'pass');
  const steps = lab.definition.steps.map(({ slug, checks: wanted }) => ({
    slug,
    title: texts.steps[slug]!.title,
    passed: wanted.every(passed),
  }));
  const step = steps.find((each) => !each.passed)?.slug ?? steps.at(-1)!.slug;
  return {
    slug: lab.slug,
    step,
    steps,
    checks,
    passed: checks.every(({ status }) => status === 'pass'),
  };
}
