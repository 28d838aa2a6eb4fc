// @tags slow notebooks
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import {
  type ClaimId,
  claimRows,
  compareEnsembles,
  gainsByCause,
  judgeClaims,
  meanMemberDice,
  openStudy,
  writeAnalysis,
} from "lib/study";
import { Random } from "lib/math/random.ts";
import { writeRun } from "lib/runs/run_store.ts";
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

Deno.test("what other images do not show refutes no claim that it can be", () => {
  const spread = (low: number, high: number) => ({
    ...analysis,
    members: analysis.members.map((member) => ({ ...member, conventions: { a: low, b: high } })),
  });
  assert.equal(findVerdict("same-predictions", spread(0.33, 0.63)).verdict, "supported");
  assert.equal(findVerdict("same-predictions", spread(0.33, 0.4)).verdict, "inconclusive");
  assert.match(findVerdict("same-predictions").rule, /those of other images cannot refute/);
});

Deno.test("small batches are judged by as many images and as many steps, which must agree", () => {
  const small = committed.runs.filter(({ config }) => config.batchSize === 2);
  const epochs = Math.max(...small.map(({ config }) => config.epochs));
  const shift = (images: number, steps: number) => {
    const runs = committed.runs.map((run) => {
      if (!small.includes(run)) return run;
      const by = run.config.epochs === epochs ? images : steps;
      const shifted = (dice: readonly (number | null)[]) => dice.map((value) => value === null ? null : value + by);
      return {
        ...run,
        imageDice: { ...run.imageDice, model: shifted(run.imageDice.model) },
        testDice: { ...run.testDice, model: shifted(run.testDice.model ?? []) },
      };
    });
    return judgeClaims({ ...committed, runs }).find(({ id }) => id === "small-batches")!;
  };
  assert.equal(shift(-0.3, -0.3).verdict, "supported");
  assert.equal(shift(0.3, 0.3).verdict, "refuted");
  assert.equal(shift(0.3, -0.3).verdict, "inconclusive");
  assert.match(shift(0, 0).rule, /worse after both/);
  const onlyImages = committed.runs.filter((run) => !small.includes(run) || run.config.epochs === epochs);
  assert.ok(judgeClaims({ ...committed, runs: onlyImages }).every(({ id }) => id !== "small-batches"));
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

Deno.test("a claim about a method with one training is judged on these trainings, and undecided for the method", () => {
  const { verdict, method, reason } = findVerdict("soft-voting");
  assert.deepEqual([verdict, method, reason], ["supported", "undecided", "one training"]);
  const models = findVerdict("base-dice");
  assert.equal(models.method, models.verdict);
  const [[, rule, cell]] = claimRows([committed], ["soft-voting"]);
  assert.match(rule, /margin of ±0\.01/);
  assert.match(cell, /^supported in these trainings, undecided for the method \(one training\): −0\.0\d\d .*: worse$/);
});

/** An analysis whose members and soft votes have the given Dice at each level of a cause. */
function withLevels(cause: string, levels: readonly { level: number | null; member: number[]; ensemble: number[] }[]) {
  const ids = levels[0].member.map((_, i) => `g${i}`);
  const quality = levels.map((level) => ({
    ...level,
    sweep: cause,
    members: ["a", "b"],
    ids,
    groups: ids,
  }));
  return { ...analysis, quality };
}

Deno.test("garbage in is judged for each cause by one interval, weakest members less best", () => {
  const random = new Random(6),
    dice = (mean: number) => Array.from({ length: 24 }, () => mean + 0.01 * random.normal());
  const level = (level: number | null, quality: number, gain: number) => {
    const member = dice(quality);
    return { level, member, ensemble: member.map((value) => value + gain + 0.002 * random.normal()) };
  };
  const noisy = (gain: number) =>
    withLevels("label-noise", [level(null, 0.8, 0.05), level(0.25, 0.6, 0.05), level(0.5, 0.3, gain)]);
  // The order is that of the design: missed labels weaken, and the main runs have none.
  const [{ levels, difference }] = gainsByCause(noisy(0));
  assert.deepEqual(levels.map(({ level }) => level), [0.5, 0.25, null]);
  assert.ok(difference.low > -0.053 && difference.high < -0.047 && difference.groups === 24);
  assert.equal(findVerdict("garbage-in", noisy(0)).verdict, "supported");
  assert.equal(findVerdict("garbage-in", noisy(0.1)).verdict, "refuted");
  assert.equal(findVerdict("garbage-in", noisy(0.05)).verdict, "refuted");
  const both = { ...analysis, quality: [...noisy(0).quality, ...withLevels("difficulty", noisy(0.1).quality).quality] };
  const mixed = findVerdict("garbage-in", both);
  assert.equal(mixed.verdict, "inconclusive");
  assert.match(mixed.finding, /by label noise −0\.0.*, worse; by difficulty \+0\.0.*, better$/);
  // Members that did not become weaker decide nothing, and the rule says so.
  assert.match(
    findVerdict("garbage-in", noisy(0)).rule,
    /observed Dice at the weakest level is lower by 0\.01 or more/,
  );
  assert.equal(
    findVerdict("garbage-in", withLevels("label-noise", [level(null, 0.8, 0.05), level(0.5, 0.8, 0)])),
    undefined,
  );
});

Deno.test("levels on other images are compared without pairs", () => {
  const level = (level: number | null, ids: string[], gain: number) => {
    const member = ids.map((_, i) => 0.5 + 0.02 * (i % 5));
    return {
      sweep: "difficulty",
      level,
      members: ["a", "b"],
      ids,
      groups: ids,
      member,
      ensemble: member.map((dice, i) => dice + gain + 0.01 * (i % 3)),
    };
  };
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const quality = [level(null, names(30, "a"), 0.02), level(0.8, names(21, "b"), 0.06)];
  const [{ difference }] = gainsByCause({ ...analysis, quality });
  assert.ok(Math.abs(difference.estimate - 0.04) < 1e-9 && difference.groups === 21);
  assert.ok(difference.low > 0.03 && difference.low < 0.038 && difference.high > 0.042 && difference.high < 0.05);
});

Deno.test("chance alone does not link the gain to the quality: the design says which level is weakest", () => {
  // Members and ensemble are the same but for noise. Chosen by its scores, the weakest level would gain most.
  let covered = 0;
  for (let trial = 0; trial < 40; trial++) {
    const random = new Random(trial, 3), noise = () => Array.from({ length: 24 }, () => 0.5 + 0.1 * random.normal());
    const levels = [1, 2, 3, 4, 5].map((level) => ({ level, member: noise(), ensemble: noise() }));
    const [{ difference: { low, high } }] = gainsByCause(withLevels("training-length", levels));
    if (low <= 0 && high >= 0) covered++;
  }
  assert.ok(covered >= 32, `${covered} of 40`);
});

Deno.test("openStudy() finds the studies that come with the project beside those of another folder, and names the one that is missing", async () => {
  await using folder = await temporaryFolder();
  const { analysis } = await openStudy("dsb2018_fluo", folder.path);
  assert.equal(analysis.dataset.name, "dsb2018_fluo");
  const { committed: comes, place } = await openStudy("quick", folder.path);
  assert.deepEqual([comes, place], [true, "results/committed/quick"]);
  await assert.rejects(
    openStudy("mine", folder.path),
    /There is no study "mine" in .*: choose one of dsb2018_fluo, fluo-border, fluo-imagenet, fluo-scratch, mixed-kinds, quick, weak-members, or make one with deno task study/,
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
      /aria-label="[^"]*mean Dice, out of fold/,
    ]
  ) {
    assert.ok(find(before, quantity) && find(after, quantity), String(quantity));
    assert.notEqual(find(before, quantity), find(after, quantity), String(quantity));
  }
});
