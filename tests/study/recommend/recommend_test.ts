import assert from "node:assert/strict";
import { recommend, type StudyAnalysis } from "lib/study";
import type { TimedRun } from "lib/study/recommend/prediction_seconds.ts";
import { recommendationText } from "lib/study/recommend/recommendation_text.ts";
import { readRecommendation, writeRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const groups = Array.from({ length: 12 }, (_, i) => `g${i}`);
/** Dice of 12 images around a mean. */
const around = (mean: number, spread = 0.01) => groups.map((_, i) => mean + spread * Math.sin(i));
const images = { ids: groups, groups, modalities: groups, foreground: groups.map(() => 0.3) };

function member(name: string, dice: number[]) {
  const runs = [0, 1, 2].map((fold) => `${name}-fold${fold}`);
  return { name, seed: 1, parameters: 1e6, runs, outOfFold: dice, test: [dice, dice, dice] };
}
function entry(id: string, dice: number[], weights: number[] | null = null, inFold = false) {
  return { id, method: id, inFold, outOfFold: dice, test: [dice], bySeed: [], weights };
}

/** An analysis of two members, with the parts that a recommendation reads. */
function analysisWith(ensembles: ReturnType<typeof entry>[]): StudyAnalysis {
  const members = [member("unet bce", around(0.9)), member("pspnet bce", around(0.8))];
  return {
    task: "foreground",
    outOfFold: { ...images, folds: groups.map((_, i) => i % 3) },
    test: images,
    members,
    ensembles: [entry("best-single", around(0.9)), ...ensembles],
  } as unknown as StudyAnalysis;
}

const run = (name: string, seconds: number) => ({
  run: name,
  data: { validation: ["a", "b"] },
  history: [{ validation: null }, { validation: {} }],
  seconds: { validation: seconds },
} as unknown as TimedRun);

Deno.test("recommend() chooses an ensemble whose whole interval lies above the limit, the best of several", () => {
  const ensembles = [
    entry("soft-voting", around(0.93)),
    entry("greedy-selection", around(0.95), [1, 0]),
    entry("shallow-cnn", around(0.99), null, true),
  ];
  const runs = ["unet bce", "pspnet bce"].flatMap((name) => [0, 1, 2].map((fold) => run(`${name}-fold${fold}`, 0.5)));
  const found = recommend(analysisWith(ensembles), { runs, command: "deno task predict results/mine images/" });
  assert.deepEqual([found.kind, found.method], ["ensemble", "greedy-selection"]);
  assert.deepEqual(found.members.map(({ name, weight }) => [name, weight]), [["unet bce", 1]]);
  assert.ok(Math.abs(found.outOfFold.estimate - 0.95) < 0.01 && found.outOfFold.low < found.outOfFold.high);
  // Three networks, each with half a second for two images.
  assert.deepEqual(found.cost, { models: 3, parameters: 3e6, secondsPerImage: 0.75 });
  assert.equal(found.precision, null);
  const text = recommendationText(found);
  assert.match(text, /recommends an ensemble, greedy selection of 1 member \(unet bce\)\. Its mean Dice is 0\.9/);
  assert.match(
    text,
    /takes 3 networks with 3\.0 million parameters.*Use it with: deno task predict results\/mine images/,
  );
});

Deno.test("recommend() chooses the best member if no ensemble's interval lies wholly above the limit", () => {
  // The gain is 0.02 in the mean, but its interval reaches below 0.01.
  const uneven = around(0.9).map((dice, i) => dice + (i % 3 === 0 ? 0.07 : -0.005));
  for (const dice of [uneven, around(0.905), around(0.8)]) {
    const found = recommend(analysisWith([entry("soft-voting", dice)]));
    assert.deepEqual([found.kind, found.method, found.members.length], ["single", "best-single", 1]);
    assert.equal(found.members[0].name, "unet bce");
    assert.equal(found.bestEnsemble?.method, "soft-voting");
    assert.deepEqual([found.cost.models, found.cost.secondsPerImage, found.command], [3, null, null]);
    const text = recommendationText(found);
    assert.match(text, /a single member, unet bce\..*whole interval.*soft voting differs from it by .*kept no weights/);
  }
});

Deno.test("a recommendation is compared with what needs no training, and warns where it is not better", () => {
  const text = (baselines: Record<string, number>) => {
    const given = Object.entries(baselines).map(([id, dice]) => [id, { outOfFold: around(dice, 0.02), test: [] }]);
    return recommendationText(recommend({ ...analysisWith([]), baselines: Object.fromEntries(given) }));
  };
  assert.match(
    text({ otsu: 0.8, "all-foreground": 0.3 }),
    /Dice is above that of Otsu's threshold.* by 0\.1\d\d \(0\./,
  );
  const unlearnt = text({ otsu: 0.95, "all-foreground": 0.92 });
  assert.match(unlearnt, /Warning: it is not shown to be better than calling every pixel foreground \(−0\.02/);
  assert.doesNotMatch(unlearnt, /Otsu/);
  // A mean of 0.005 above, with an interval that reaches below.
  assert.match(text({ otsu: 0.899 }), /Warning: it is not shown to be better than Otsu's threshold.* \(\+0\.00/);
  assert.doesNotMatch(text({}), /Otsu|every pixel/);
});

Deno.test("recommend() chooses no ensemble that is better at 0.5 only, and says what a tuned threshold gives", () => {
  const tuned = (dice: number) => ({ tunedThresholds: [0.2, 0.3, 0.25], tunedOutOfFold: around(dice) });
  const analysis = analysisWith([entry("shallow-cnn", around(0.95))]);
  const members = analysis.members.map((member) => ({ ...member, ...tuned(0.97) }));
  const at = (dice: number) =>
    recommend({
      ...analysis,
      members,
      ensembles: analysis.ensembles.map((each) => each.id === "shallow-cnn" ? { ...each, ...tuned(dice) } : each),
    });
  assert.equal(at(0.99).kind, "ensemble");
  const single = at(0.95);
  assert.deepEqual([single.kind, single.tuned?.thresholds], ["single", [0.2, 0.3, 0.25]]);
  const text = recommendationText(single);
  assert.match(text, /\(0\.2, 0\.3, 0\.25\) its mean Dice is 0\.9\d\d \(.*: give predict --threshold 0\.25\./);
  const command = "deno task predict results/mine images/ --threshold 0.25";
  assert.match(
    recommendationText({ ...single, command }),
    /: the command has --threshold 0\.25, for masks and objects; /,
  );
  assert.match(text, /shallow CNN differs from it by \+0\.050 .*, better; with tuned thresholds by −0\.020 /);
});

Deno.test("recommend() chooses no majority vote where there are tuned thresholds, which it cannot have", () => {
  const analysis = analysisWith([entry("majority-voting", around(0.95)), entry("soft-voting", around(0.8))]);
  assert.equal(recommend(analysis).method, "majority-voting");
  const tuned = (each: { outOfFold: number[] }) => ({
    tunedThresholds: [0.2, 0.3, 0.25],
    tunedOutOfFold: each.outOfFold,
  });
  const scored = recommend({
    ...analysis,
    members: analysis.members.map((each) => ({ ...each, ...tuned(each) })),
    ensembles: analysis.ensembles.map((each) => each.id === "soft-voting" ? { ...each, ...tuned(each) } : each),
  });
  assert.equal(scored.kind, "single");
});

Deno.test("recommend() never chooses an ensemble that learnt on images that its members trained on", () => {
  const found = recommend(analysisWith([entry("shallow-cnn", around(0.99), null, true)]));
  assert.deepEqual([found.kind, found.bestEnsemble], ["single", null]);
});

Deno.test("a recommendation has the precision of objects where the study has it", () => {
  const analysis = analysisWith([]);
  analysis.members[0].precision = around(0.4);
  const found = recommend(analysis);
  assert.ok(Math.abs(found.precision!.estimate - 0.4) < 0.01);
  assert.match(recommendationText(found), /mean average precision of its objects is 0\.[34]\d\d \(/);
});

Deno.test("a recommendation is read as it was written, and a study without one has none", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await readRecommendation(folder.path), undefined);
  const found = recommend(analysisWith([entry("soft-voting", around(0.93))]));
  await writeRecommendation(folder.path, found);
  assert.deepEqual(await readRecommendation(folder.path), found);
});
