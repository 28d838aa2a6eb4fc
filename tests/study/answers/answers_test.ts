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
import { compareKinds } from "lib/study/answers/model_answer.ts";
import { heldOutLoss, lossChoiceSentences } from "lib/study/answers/loss_choice.ts";
import { networkKinds } from "lib/study/answers/network_kinds.ts";
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
  assert.equal(
    ensembleHeadline(analysis),
    "By Dice, on these images and in these trainings no ensemble beats one UNet.",
  );
  assert.equal(
    ensembleHeadline(withGains({ "soft-voting": 0.03, residual: 0.05 })),
    "By Dice, on these images and in these trainings soft voting and residual meta-model beat one UNet.",
  );
  assert.equal(
    ensembleHeadline(withGains({ "greedy-selection": 0.01 })),
    "By Dice, on these images and in these trainings no ensemble is shown to beat one UNet; greedy selection is inconclusive.",
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
  assert.equal(methodWords(part(5, NaN).difference), "undecided (the coverage of the interval was not measured)");
  assert.equal(methodWords(part(NaN).difference), "undecided (the number of trainings is unknown)");
});

Deno.test("an inconclusive verdict says what is open, and what the data could show", () => {
  const words = (low: number, high: number) =>
    differenceWords({ estimate: 0, low, high, groups: 9, trainings: 5, coverage: 0.95 }, 0.012);
  assert.equal(words(-0.02, 0.02), "inconclusive (this data could show a difference of 0.022)");
  assert.equal(
    words(-0.02, 0.005),
    "inconclusive between worse and equivalent (this data could show a difference of 0.022)",
  );
  assert.equal(
    words(0.005, 0.02),
    "inconclusive between equivalent and better (this data could show a difference of 0.022)",
  );
  assert.equal(words(NaN, NaN), "inconclusive (this data could show a difference of 0.022)");
});

Deno.test("the answer on the losses has the mean of all architectures, and those with several trainings", () => {
  const answer = lossAnswer(study);
  assert.match(
    answer,
    /^On these images the networks trained with BCE and with focal loss are equivalent in the mean of 4 architectures: they/,
  );
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
  assert.match(
    architectureAnswer(analysis, "unet"),
    /UNet has the highest Dice of 4 architectures.*Otsu's threshold: \+0\.02/,
  );
  assert.match(architectureAnswer(analysis, "deeplabv3"), /DeepLabV3 has the third-highest Dice of 4 architectures/);
  assert.match(architectureAnswer({ ...analysis, baselines: {} }, "unet"), /with BCE\. Compared with DeepLabV3\+/);
  const verdict = (words: string) =>
    new RegExp(`, ${words}\\. This verdict is on these trainings; .* \\(one training\\)\\.$`);
  assert.match(reasonAnswer(analysis), verdict("worse"));
  assert.match(reasonAnswer(withGains({ "soft-voting": 0.03 })), verdict("better"));
  // A gain that is larger than the lead by less than the margin is no better.
  assert.match(reasonAnswer(withGains({ "soft-voting": 0.004 })), verdict("equivalent \\(less than 0\\.01\\)"));
});

/** Members with constant Dice: an architecture, a seed and a level each. */
function withMembers(...entries: readonly [architecture: string, seed: number, dice: number, loss?: string][]) {
  const groups = Array.from({ length: 60 }, (_, i) => `g${i}`);
  const members = entries.map(([architecture, seed, dice, loss = "bce"]) => ({
    ...analysis.members[0],
    name: `${architecture} ${loss} ${seed}`,
    architecture,
    loss,
    seed,
    outOfFold: groups.map((_, i) => dice + 0.001 * Math.sin(i + dice)),
    test: [],
  }));
  return { ...analysis, members, outOfFold: { ...analysis.outOfFold, groups } };
}

Deno.test("kinds of networks are paired by their seeds, whatever their order, and otherwise compared without pairs", () => {
  const compare = (made: ReturnType<typeof withMembers>) => {
    const [best, next] = networkKinds(made);
    return compareKinds(best, next, made.outOfFold.groups).difference;
  };
  const paired = compare(withMembers(
    ...([[1, 0.9], [2, 0.92], [3, 0.94]] as const).map(([seed, dice]) =>
      ["unet", seed, dice] as [string, number, number]
    ),
    ...([[3, 0.84], [1, 0.8], [2, 0.82]] as const).map(([seed, dice]) =>
      ["pspnet", seed, dice] as [string, number, number]
    ),
  ));
  assert.ok(paired.trainings === 3 && paired.high - paired.low < 0.002);
  const others = compare(withMembers(
    ["unet", 1, 0.9],
    ["unet", 2, 0.92],
    ["unet", 3, 0.94],
    ["pspnet", 4, 0.8],
    ["pspnet", 5, 0.82],
    ["pspnet", 6, 0.84],
  ));
  assert.ok(others.trainings === 3 && others.high - others.low > 0.05);
  const unequal = withMembers(
    ["unet", 1, 0.9],
    ["unet", 2, 0.9],
    ["unet", 3, 0.9],
    ["unet", 4, 0.9],
    ["unet", 5, 0.9],
    ["pspnet", 1, 0.8],
    ["pspnet", 2, 0.8],
    ["pspnet", 3, 0.8],
  );
  assert.equal(compare(unequal).trainings, 3);
  assert.match(modelAnswer(unequal), /: better\.$/);
});

/** The analysis with members that are scored on images of three folds. */
function withFolds(scores: Record<string, readonly number[]>) {
  const folds = [0, 0, 1, 1, 2, 2], groups = ["a", "b", "c", "d", "e", "f"];
  const members = Object.entries(scores).map(([name, outOfFold]) => {
    const [architecture, loss] = name.split(" ");
    return { ...analysis.members[0], name, architecture, loss, outOfFold: [...outOfFold] };
  });
  return { ...analysis, members, baselines: {}, outOfFold: { ...analysis.outOfFold, folds, groups } };
}

Deno.test("the loss that the other folds choose can be another one than the best on all images", () => {
  // BCE is best over all images; without those of the last fold, focal loss is.
  const made = withFolds({
    "unet bce": [0.7, 0.7, 0.7, 0.7, 0.9, 0.9],
    "unet focal": [0.75, 0.75, 0.75, 0.75, 0.3, 0.3],
    "pspnet bce": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  });
  const found = heldOutLoss(made, "unet")!;
  assert.equal(found.isSame, false);
  assert.ok(Math.abs(found.estimate - (4 * 0.7 + 2 * 0.3) / 6) < 1e-12);
  assert.equal(heldOutLoss(made, "pspnet"), undefined, "one loss leaves no choice");
  assert.deepEqual(lossChoiceSentences(made, ["pspnet"]), []);
  const sentence =
    / chosen by the Dice on these same images; with the losses that the other folds choose, UNet has 0\.567\.$/;
  assert.match(modelAnswer(made), sentence);
  assert.match(architectureAnswer(made, "pspnet"), sentence);
  const unets = { ...made, members: made.members.filter(({ architecture }) => architecture === "unet") };
  assert.match(modelAnswer(unets), sentence);
  const oneFold = { ...made, outOfFold: { ...made.outOfFold, folds: made.outOfFold.folds.map(() => 0) } };
  assert.equal(heldOutLoss(oneFold, "unet"), undefined);
});

Deno.test("an answer says that the losses of compared networks were chosen on the scored images", () => {
  const same = / The losses were chosen by the Dice on these same images; the other folds choose the same\.$/;
  assert.match(modelAnswer(analysis), same);
  assert.match(architectureAnswer(analysis, "unet"), same);
  assert.match(
    architectureAnswer(analysis, "pspnet"),
    /; with the losses that the other folds choose, PSPNet has 0\.805\.$/,
  );
});
