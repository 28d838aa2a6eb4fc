import assert from "node:assert/strict";
import { join } from "node:path";
import { mean } from "lib/math/mean.ts";
import { projectFolder } from "lib/runs";
import { compareTasks, openStudy, taskFinding, taskRows } from "lib/study";
import type { StudyAnalysis } from "lib/study";

const { analysis } = await openStudy("fluo-imagenet", join(projectFolder(), "results/committed"));

/** The same study, as if its members had found no object at an IoU of 0.75 or more. */
const coarse: StudyAnalysis = {
  ...analysis,
  members: analysis.members.map((member) => ({
    ...member,
    objects: {
      ...member.objects!,
      matches: member.objects!.matches.map((found, k) => k < 5 ? found : found.map(() => 0)),
    },
  })),
};

Deno.test("two tasks are compared by the objects of each network, and by the verdicts on ensembles", () => {
  const { networks, ensembles, changed } = compareTasks(coarse, analysis);
  assert.deepEqual(networks.map(({ architecture }) => architecture), ["unet", "deeplabv3", "deeplabv3plus", "pspnet"]);
  const [unet] = networks, [member] = analysis.members, { truth, predicted, matches } = member.objects!;
  assert.deepEqual([member.architecture, member.loss], ["unet", "bce"]);
  // By hand: the loss of the thresholds from 0.75 on, a tenth each.
  const lost = truth.map((count, i) =>
    mean(matches.map((found, k) => {
      const wrong = count + predicted[i] - found[i];
      return k < 5 ? 0 : wrong === 0 ? 1 : found[i] / wrong;
    }))
  );
  const { meanPrecision, pooledPrecision50, aggregatedJaccard } = unet.scores;
  // An image without objects has a precision of 1 in both.
  const empty = truth.map((count, i) => count + predicted[i] === 0);
  const expected = mean(lost.map((value, i) => empty[i] ? 0 : -value));
  assert.ok(Math.abs(meanPrecision.difference.estimate - expected) < 1e-12, `${meanPrecision.difference.estimate}`);
  assert.equal(meanPrecision.judgement.here, "worse");
  assert.deepEqual([pooledPrecision50.difference.estimate, aggregatedJaccard.judgement.here], [0, "equivalent"]);

  // The ensembles are as they were, and the best single member is worse.
  const vote = ensembles.find(({ id }) => id === "soft-voting")!;
  assert.ok(vote.here.meanPrecision.difference.estimate > vote.there.meanPrecision.difference.estimate);
  assert.ok(changed.length > 0 && changed.every(({ here, there }) => here !== there));
  assert.ok(changed.every(({ score }) => score === "meanPrecision" || score === "pooledPrecision"));
  assert.match(
    taskFinding(coarse, analysis),
    new RegExp(`changes ${changed.length} of 30 verdicts .*; \\w+ from better to`),
  );
  const [heads, ...rows] = taskRows(coarse, analysis);
  assert.equal(rows.length, 4 + 2 * 6);
  assert.ok(rows.every((row) => row.length === heads.length));
  assert.match(rows[0][1], /^−0\.\d+ \(−0\.\d+ to −0\.\d+\): worse$/);
});

Deno.test("tasks are compared on the same images in the same folds only", () => {
  const { outOfFold } = analysis, folds = outOfFold.folds.toReversed();
  assert.throws(() => compareTasks({ ...analysis, outOfFold: { ...outOfFold, folds } }, analysis), {
    name: "OptionError",
    message: /score other images, or the same in other folds: compare studies of the same splits/,
  });
  const members = analysis.members.map(({ objects: _, ...member }) => member);
  assert.deepEqual(compareTasks({ ...analysis, members }, analysis), { networks: [], ensembles: [], changed: [] });
});
