// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { judgeDifference } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import { compareLosses, compareLossSeeds, openStudy } from "lib/study";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
const { analysis } = study;
const groups = Array.from({ length: 60 }, (_, i) => `g${i}`);

/** An analysis whose BCE is better than focal loss by a number, per architecture and seed. */
function withDifferences(entries: readonly [architecture: string, seed: number, difference: number][]) {
  const members = entries.flatMap(([architecture, seed, difference]) =>
    ["bce", "focal"].map((loss) => ({
      ...analysis.members[0],
      name: `${architecture} ${loss} ${seed}`,
      architecture,
      loss,
      seed,
      outOfFold: groups.map((_, i) => 0.8 + (loss === "bce" ? difference : 0) + 0.001 * Math.sin(i + seed)),
      test: [],
    }))
  );
  return { ...analysis, members, outOfFold: { ...analysis.outOfFold, groups } };
}

Deno.test("the mean of all architectures is over the seeds that all of them have", () => {
  const unets = [1, 2, 3].map((seed) => ["unet", seed, 0.05] as [string, number, number]);
  const all = compareLosses(withDifferences([...unets, ["pspnet", 1, -0.04]])).at(-1)!;
  assert.equal(all.architecture, "all");
  assert.ok(Math.abs(all.difference.estimate - 0.005) < 1e-9, `${all.difference.estimate}`);
  assert.equal(all.difference.trainings, 1);
  assert.equal(judgeDifference(all.difference).method, "undecided");
  const both = compareLosses(withDifferences([...unets, ["pspnet", 1, -0.04], ["pspnet", 3, -0.04]])).at(-1)!;
  assert.equal(both.difference.trainings, 2);
});

Deno.test("architectures without a common seed count with the mean of their seeds, as one training", () => {
  const { difference } = compareLosses(withDifferences([["unet", 1, 0.05], ["unet", 2, 0.03], ["pspnet", 3, 0]])).at(
    -1,
  )!;
  assert.ok(Math.abs(difference.estimate - 0.02) < 1e-9 && difference.trainings === 1);
});

Deno.test("a seed that lacks one of the losses is left out, and the others are compared", () => {
  const [{ focal }] = compareLossSeeds(study), missing = focal[2];
  const [unet, pspnet] = compareLossSeeds({ ...study, runs: study.runs.filter(({ run }) => run !== missing.run) });
  const kept = focal.filter((run) => run !== missing).map(({ config }) => config.seed);
  assert.deepEqual(unet.bce.map(({ config }) => config.seed), kept);
  assert.deepEqual(unet.focal.map(({ config }) => config.seed), kept);
  assert.equal(unet.comparison.difference.trainings, 4);
  assert.equal(pspnet.bce.length, 5);
});
