// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import {
  architectureAnswer,
  differenceWords,
  ensembleAnswer,
  ensembleHeadline,
  lossAnswer,
  methodWords,
  modelAnswer,
  openStudy,
  reasonAnswer,
} from "lib/study";
import { differenceSentences } from "lib/study/answers/difference_sentences.ts";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
const { analysis } = study;

/** The analysis with another gain of some ensembles over the best single member, the same on every image. */
function withGains(gains: Record<string, number>) {
  const best = analysis.ensembles.find(({ id }) => id === "best-single")!.outOfFold;
  const ensembles = analysis.ensembles.map((each) =>
    each.id in gains ? { ...each, outOfFold: best.map((dice, i) => dice + gains[each.id] * (i % 2 ? 1.5 : 0.5)) } : each
  );
  return { ...analysis, ensembles };
}

Deno.test("the headline names the ensembles that are better, or those that are inconclusive, or none", () => {
  assert.equal(ensembleHeadline(analysis), "On these images no ensemble beats one UNet.");
  assert.equal(
    ensembleHeadline(withGains({ "soft-voting": 0.03, residual: 0.05 })),
    "On these images soft voting and residual meta-model beat one UNet.",
  );
  assert.equal(
    ensembleHeadline(withGains({ "greedy-selection": 0.01 })),
    "On these images no ensemble is shown to beat one UNet; greedy selection is inconclusive.",
  );
});

Deno.test("the headline does not name one network if the best single member changes between folds", () => {
  const { folds } = analysis.outOfFold, other = analysis.members.find(({ architecture }) => architecture === "pspnet")!;
  const ensembles = analysis.ensembles.map((each) =>
    each.id === "best-single"
      ? { ...each, outOfFold: each.outOfFold.map((dice, i) => folds[i] === 0 ? other.outOfFold[i] : dice) }
      : each
  );
  assert.match(ensembleHeadline({ ...analysis, ensembles }), /the best single member/);
});

Deno.test("an answer says once that all its verdicts are undecided for the methods", () => {
  const answer = ensembleAnswer(analysis);
  assert.equal(answer.match(/undecided/g)!.length, 1);
  assert.match(answer, /for the methods they are undecided \(one training\)\.$/);
  assert.match(modelAnswer(analysis), /better\. This verdict is on these trainings; for the method it is undecided/);
});

Deno.test("an answer with decided and undecided verdicts says so at each", () => {
  const difference = { estimate: 0.02, low: 0.015, high: 0.03, groups: 50 };
  const part = (trainings: number, coverage = 0.95) => ({
    difference: { ...difference, trainings, coverage },
    detectable: 0.01,
    sentence: (words: string) => words,
  });
  assert.deepEqual(differenceSentences([part(5), part(1)]), [
    "better",
    "better in these trainings, undecided for the method (one training)",
  ]);
  assert.deepEqual(differenceSentences([part(3), part(5)]), ["better", "better"]);
  assert.deepEqual(differenceSentences([]), []);
  assert.equal(methodWords(part(2).difference), "undecided (two trainings)");
  assert.equal(methodWords(part(5, 0.83).difference), "undecided (the interval covers 83 %, not 95 %)");
});

Deno.test("an inconclusive verdict says what is open, and what the data could show", () => {
  const words = (low: number, high: number) =>
    differenceWords({ estimate: 0, low, high, groups: 9, trainings: 5, coverage: 0.95 }, 0.012);
  assert.equal(words(-0.02, 0.02), "inconclusive (this data could show 0.012)");
  assert.equal(words(-0.02, 0.005), "inconclusive between worse and equivalent (this data could show 0.012)");
  assert.equal(words(0.005, 0.02), "inconclusive between equivalent and better (this data could show 0.012)");
  assert.equal(words(NaN, NaN), "inconclusive (this data could show 0.012)");
});

Deno.test("the answer on the losses has the mean of all architectures, and those with several trainings", () => {
  const answer = lossAnswer(study);
  assert.match(
    answer,
    /mean of UNet, PSPNet, DeepLabV3\+ and DeepLabV3: .* undecided for the method \(one training\)\./,
  );
  assert.match(answer, /UNet alone, 5 trainings on the first fold: \+0\.004 .*, equivalent \(less than 0\.01\)\./);
  const members = analysis.members.filter(({ loss }) => loss === "bce");
  assert.equal(
    lossAnswer({ ...study, analysis: { ...analysis, members } }),
    "The study has no pairs of BCE and focal loss.",
  );
});

Deno.test("the answers on one architecture and on the reason follow the scores", () => {
  assert.match(architectureAnswer(analysis, "unet"), /UNet is the best of 4 architectures.*Otsu's threshold: \+0\.02/);
  assert.match(architectureAnswer(analysis, "deeplabv3"), /DeepLabV3 is number 3 of 4 architectures/);
  assert.match(architectureAnswer({ ...analysis, baselines: {} }, "unet"), /with BCE\. Compared with DeepLabV3\+/);
  assert.match(reasonAnswer(analysis), /, less than the 0\.0/);
  assert.match(reasonAnswer(withGains({ "soft-voting": 0.03 })), /, more than the 0\.0/);
});
