// Every lab proves itself: the untouched start fails, each right answer passes, each wrong answer
// fails the check it should, with a reason that has its words in both languages.
import { beforeAll, describe, expect, it } from 'vitest';
import { untilRest } from '../../src/course/checks/rest.ts';
import { loadLab, labSlugs, type Lab } from '../../src/course/lab/load.ts';
import { createLabRun, type LabRun } from '../../src/course/lab/run.ts';
import type { LabTranscript } from '../../src/course/lab/transcript.ts';
import type { Cluster, SavedCluster } from '../../src/emulator/cluster/api.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';

/** Proves the labs of one part of so many; parts are files, which run beside one another. */
export function proveLabs(part: number, parts: number): void {
  labSlugs.filter((_slug, index) => index % parts === part).forEach(prove);
}

function prove(slug: string): void {
  describe(`lab ${slug}`, () => {
    const lab = loadLab(slug);
    const { topology, seed } = lab.definition;
    let start: SavedCluster;
    beforeAll(() => {
      const cluster = boot(topology, { seed });
      createLabRun(lab, 'en').start(cluster);
      start = cluster.save();
    });
    const fresh = () => {
      const cluster = boot(topology, { seed, saved: start });
      return { cluster, run: createLabRun(lab, 'en') };
    };

    it('has at least two right answers and three wrong ones', () => {
      expect(Object.keys(lab.solutions).length).toBeGreaterThanOrEqual(2);
      expect(Object.keys(lab.wrong).length).toBeGreaterThanOrEqual(3);
    });

    it('its untouched start does not pass, and no step is done', () => {
      const { cluster, run } = fresh();
      const view = run.judge(cluster);
      expect(view.passed).toBe(false);
      expect(view.steps[0]?.passed).toBe(false);
    });

    for (const [name, transcript] of Object.entries(lab.solutions)) {
      it(`${name} passes`, () => {
        const { cluster, run } = fresh();
        play(cluster, transcript, true);
        const failed = run.judge(cluster).checks.filter(({ status }) => status !== 'pass');
        expect(failed).toEqual([]);
      });
    }

    const varies = Object.keys(lab.vary).length > 0;
    it.each(varies ? [20261126, 20261127, 7] : [])('is as right with the seed %i', (other) => {
      const drawn = loadLab(slug, other);
      expect(drawn.values).toEqual(loadLab(slug, other).values);
      expect(drawn.values).not.toEqual(lab.values);
      const run = createLabRun(drawn, 'ko');
      const cluster = boot(topology, { seed: other });
      run.start(cluster);
      expect(run.judge(cluster).checks.filter(({ status }) => status === 'fail')).not.toEqual([]);
      play(cluster, Object.values(drawn.solutions)[0]!, true);
      expect(run.judge(cluster).checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    });

    for (const [name, transcript] of Object.entries(lab.wrong)) {
      it(`${name} meets ${transcript.expect?.check}`, () => {
        const { cluster, run } = fresh();
        play(cluster, transcript, false);
        provesWrong(lab, run, cluster, transcript);
      });
    }

    it('says the same checks in Korean', () => {
      const { cluster } = fresh();
      const view = createLabRun(lab, 'ko').judge(cluster);
      for (const { seen, question } of view.checks.filter(({ status }) => status === 'fail')) {
        expect(seen).toMatch(/[가-힣]/);
        expect(question).toMatch(/[가-힣]/);
      }
    });
  });
}

/** Types the lines of a transcript, as the learner's shell would run them. */
function play(cluster: Cluster, { lines }: LabTranscript, right: boolean): void {
  for (const line of lines) {
    if ('seconds' in line) cluster.settle(line.seconds * 1_000_000);
    else {
      const { exit, stderr } = cluster.script(line.command);
      if (right || exit !== 0) expect(`${line.command}\n${stderr}${exit}`).toMatch(/\n.*0$/s);
    }
  }
  // A session judges when no daemon is in the midst of something.
  untilRest(cluster);
}

function provesWrong(lab: Lab, run: LabRun, cluster: Cluster, { expect: met }: LabTranscript) {
  if (!met) throw new Error(`${lab.folder}: a wrong answer without @expect`);
  const judged = run.judgement(cluster, met.check);
  expect(judged.pass).toBe(false);
  expect([judged.seen.name, judged.why?.name, judged.where?.name]).toContain(met.reason);
  const view = run.judge(cluster);
  expect(view.passed).toBe(false);
  const result = view.checks.find(({ check }) => check === met.check);
  expect(result?.seen).toBeTruthy();
  expect(result?.why).toBeTruthy();
}
