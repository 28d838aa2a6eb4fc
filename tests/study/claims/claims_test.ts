// @tags slow notebooks
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import {
  type ClaimId,
  compareEnsembles,
  judgeClaims,
  meanMemberDice,
  openStudy,
  qualityCurve,
  qualityPoints,
  verifyStudy,
  writeAnalysis,
} from "lib/study";
import { Random } from "lib/math/random.ts";
import { writeRun } from "lib/runs/run_store.ts";
import { roundingTolerance } from "lib/study/rounding_spread.ts";
import { unknownInstructions } from "lib/study/verify_study.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const root = projectFolder();
/** The committed demonstration's numbers. */
const committed = await openStudy("quick", join(root, "results/committed"));
const { analysis } = committed;
const findVerdict = (wanted: ClaimId, changed = analysis) =>
  judgeClaims({ ...committed, analysis: changed }).find(({ id }) => id === wanted)!;

Deno.test("verdicts follow the numbers by their stated rules", () => {
  const change = (id: string, by: number) => ({
    ...analysis,
    ensembles: analysis.ensembles.map((ensemble) =>
      ensemble.id === id ? { ...ensemble, outOfFold: ensemble.outOfFold.map((dice) => dice + by) } : ensemble
    ),
  });
  const best = analysis.ensembles.find(({ id }) => id === "best-single")!.outOfFold;
  const asBest = {
    ...analysis,
    ensembles: analysis.ensembles.map((ensemble) => ({ ...ensemble, outOfFold: best })),
  };
  assert.equal(findVerdict("soft-voting", asBest).verdict, "supported");
  assert.equal(findVerdict("soft-voting", change("soft-voting", 0.3)).verdict, "refuted");
  assert.equal(findVerdict("soft-voting", change("soft-voting", -0.3)).verdict, "supported");
  const makeAnalysis = (dice: number) => ({
    ...analysis,
    members: analysis.members.map((member) => ({ ...member, outOfFold: member.outOfFold.map(() => dice) })),
  });
  assert.equal(findVerdict("base-dice", makeAnalysis(0.33)).verdict, "supported");
  assert.equal(findVerdict("base-dice", makeAnalysis(0.5)).verdict, "refuted");
  assert.match(findVerdict("base-dice", makeAnalysis(0.33)).finding, /0\.330/);
});

Deno.test("one stored score changes the comparison that it belongs to, and no other", () => {
  const before = compareEnsembles(analysis, "outOfFold");
  const changed = structuredClone(analysis);
  changed.ensembles.find(({ id }) => id === "majority-voting")!.outOfFold[0] -= 0.2;
  const after = compareEnsembles(changed, "outOfFold");
  for (const [i, { id, dice }] of before.entries()) {
    const moved = dice.estimate - after[i].dice.estimate;
    assert.ok(
      id === "majority-voting" ? Math.abs(moved - 0.2 / analysis.outOfFold.ids.length) < 1e-9 : moved === 0,
      id,
    );
  }
});

Deno.test("soft voting's Brier score is the members' less their ambiguity in the committed numbers", () => {
  for (const { memberError, ambiguity, ensembleError } of Object.values(analysis.ambiguity)) {
    assert.ok(Math.abs(memberError - ambiguity - ensembleError) < 1e-6);
  }
  const mean = meanMemberDice(analysis, "outOfFold");
  mean.forEach((dice, i) => assert.ok(dice <= analysis.oracle.image[i] + 1e-6));
});

Deno.test("verifyStudy() finds a changed number on the same machine, allows it elsewhere, and never another verdict", () => {
  // The committed records say no instruction set.
  const machine = { threads: 1, device: "CPU", processor: "AMD EPYC", instructions: "AVX2", algorithms: "" };
  const study = { ...committed, runs: committed.runs.map((run) => ({ ...run, machines: [machine] })) };
  const broken = (rerun: typeof study) => verifyStudy(study, rerun).filter(({ holds }) => !holds);
  assert.ok(study.runs.length > 20);
  assert.deepEqual(broken(study), []);
  const changed = structuredClone(study);
  changed.runs[3].imageDice.model[0] = 0.123;
  // A baseline needs no training, and Otsu's rule has changed.
  changed.runs[4].imageDice.otsu[0] = 0.123;
  assert.deepEqual(broken(changed).map(({ quantity }) => quantity), [study.runs[3].run]);
  // The same name with other instructions is another machine, and so is a record that does not name them.
  for (const instructions of ["AVX-512", ""]) {
    for (const run of changed.runs) run.machines = [{ ...machine, instructions }];
    assert.deepEqual(broken(changed), []);
  }
  assert.match(unknownInstructions(committed)!, /^61 records of 61 do not say which instructions .*\("AMD EPYC"\)/);
  assert.equal(unknownInstructions(study), undefined);
  changed.runs[5].scores.model.dice -= roundingTolerance() + 0.01;
  assert.deepEqual(broken(changed).map(({ quantity }) => quantity), [study.runs[5].run]);
  assert.equal(broken({ ...study, runs: study.runs.slice(1) })[0].after, "missing");
  const other = structuredClone(study);
  for (const ensemble of other.analysis.ensembles) {
    if (ensemble.id === "soft-voting") ensemble.outOfFold = ensemble.outOfFold.map((dice) => dice - 0.5);
  }
  const verdict = judgeClaims(study).find(({ id }) => id === "soft-voting")!.verdict;
  assert.equal(broken(other).some(({ quantity }) => /^Soft voting/.test(quantity)), verdict !== "supported");
});

Deno.test("the curve of gain over quality finds a turning point where there is one, and none where there is none", () => {
  const random = new Random(6);
  const points = (gain: (quality: number) => number) =>
    Array.from({ length: 14 }, (_, i) => {
      const quality = 0.2 + 0.05 * i, estimate = gain(quality) + 0.002 * random.normal();
      return {
        sweep: "s",
        level: i,
        half: 1 as const,
        quality,
        gain: { estimate, low: estimate, high: estimate, groups: 9 },
      };
    });
  const straight = qualityCurve(points((q) => 0.1 * q));
  assert.equal(straight.turns, false);
  assert.ok(Math.abs(straight.slope - 0.1) < 0.02);
  const bent = qualityCurve(points((q) => q < 0.5 ? 0 : 0.4 * (q - 0.5)));
  assert.ok(bent.turns && Math.abs(bent.segmented!.turningPoint - 0.5) < 0.08);
});

Deno.test("quality and gain are measured on different groups: chance alone makes no curve", () => {
  // Members and ensemble are the same but for noise; measured together, low quality would go with high gain.
  const slopes: number[] = [], naive: number[] = [];
  for (let trial = 0; trial < 40; trial++) {
    const random = new Random(trial, 3);
    const groups = Array.from({ length: 24 }, (_, i) => `g${i}`);
    const quality = Array.from({ length: 10 }, (_, level) => ({
      sweep: "s",
      level,
      members: ["a", "b"],
      ids: groups,
      groups,
      member: groups.map(() => 0.5 + 0.1 * random.normal()),
      ensemble: groups.map(() => 0.5 + 0.1 * random.normal()),
    }));
    slopes.push(qualityCurve(qualityPoints({ ...analysis, quality }, trial)).slope);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    naive.push(
      qualityCurve(quality.map(({ member, ensemble, sweep, level }) => {
        const estimate = mean(ensemble) - mean(member);
        return {
          sweep,
          level,
          half: 1 as const,
          quality: mean(member),
          gain: { estimate, low: 0, high: 0, groups: 24 },
        };
      })).slope,
    );
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  assert.ok(mean(naive) < -0.7, `${mean(naive)}`);
  assert.ok(Math.abs(mean(slopes)) < 0.35, `${mean(slopes)}`);
});

Deno.test("openStudy() finds the studies that come with the project beside those of another folder, and names the one that is missing", async () => {
  await using folder = await temporaryFolder();
  const { analysis } = await openStudy("dsb2018_fluo", folder.path);
  assert.equal(analysis.dataset.name, "dsb2018_fluo");
  const { committed: comes, place } = await openStudy("quick", folder.path);
  assert.deepEqual([comes, place], [true, "results/committed/quick"]);
  await assert.rejects(
    openStudy("mine", folder.path),
    /There is no study "mine" in .*: choose one of dsb2018_fluo, quick, or make one with deno task study/,
  );
});

Deno.test("a changed score changes the notebook's table, chart and closing sentence", async () => {
  await using folder = await temporaryFolder();
  const outputsWith = async (change: number) => {
    const study = join(folder.path, `with${change}`, "quick");
    await Deno.mkdir(study, { recursive: true });
    const copy = structuredClone(analysis);
    for (const member of copy.members) member.outOfFold = member.outOfFold.map((dice) => dice * (1 - change));
    await writeAnalysis(study, copy);
    for (const record of committed.runs) await writeRun(join(study, record.run), record);
    const parameters = ["-p", "verdicts=", "-p", `results=${join(study, "..")}`];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(root, "tasks/notebook.ts"), "08-negative-results", ...parameters],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { cells } = JSON.parse(await Deno.readTextFile(new TextDecoder().decode(stdout).trim()));
    return cells.flatMap(({ outputs = [] }: { outputs?: { data?: Record<string, unknown> }[] }) =>
      outputs.map(({ data = {} }) => [data["text/plain"], data["image/svg+xml"]].flat().join(""))
    ) as string[];
  };
  const before = await outputsWith(0), after = await outputsWith(0.6);
  const find = (outputs: string[], quantity: RegExp) => outputs.find((text) => quantity.test(text))!;
  for (
    const quantity of [
      /^claim +rule/,
      /^Of \d+ claims/,
      /^Soft voting .* covers .* of the way/,
      /aria-label="mean Dice, out of fold/,
    ]
  ) {
    assert.ok(find(before, quantity) && find(after, quantity), String(quantity));
    assert.notEqual(find(before, quantity), find(after, quantity), String(quantity));
  }
});
