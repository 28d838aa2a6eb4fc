import assert from "node:assert/strict";
import { compareEnsembles, ensembleAnswer, type StudyAnalysis } from "lib/study";

const groups = Array.from({ length: 12 }, (_, i) => `g${i}`);
const around = (mean: number) => groups.map((_, i) => mean + 0.01 * Math.sin(i));
const images = {
  ids: groups,
  groups,
  modalities: groups,
  foreground: groups.map(() => 0.3),
  folds: groups.map((_, i) => i % 3),
};

/** An analysis of members, by architecture and seed, and of a vote that scores 0.9; of each seed alone, 0.8. */
function analysisOf(members: [architecture: string, seed: number][]): StudyAnalysis {
  const seeds = [...new Set(members.map(([, seed]) => seed))];
  const entry = (id: string, dice: number, ofSeed: number) => ({
    id,
    method: id,
    inFold: false,
    outOfFold: around(dice),
    test: [],
    bySeed: seeds.length > 1 ? seeds.map(() => around(ofSeed)) : [],
    weights: null,
  });
  return {
    task: "foreground",
    outOfFold: images,
    test: { ...images, ids: [] },
    members: members.map(([architecture, seed]) => ({
      name: `${architecture} bce seed ${seed}`,
      architecture,
      loss: "bce",
      seed,
      outOfFold: around(0.7),
      test: [],
      runs: [],
    })),
    ensembles: [entry("best-single", 0.75, 0.72), entry("soft-voting", 0.9, 0.8)],
  } as unknown as StudyAnalysis;
}
const gain = (analysis: StudyAnalysis) => {
  const [{ versusBest: { difference: { estimate, trainings } } }] = compareEnsembles(analysis, "outOfFold");
  return [estimate.toFixed(3), trainings ?? 1];
};

Deno.test("the ensemble of each seed is compared with that seed's best member where each seed has the same networks", () => {
  const nested = analysisOf([["unet", 1], ["pspnet", 1], ["unet", 2], ["pspnet", 2]]);
  assert.deepEqual(gain(nested), ["0.080", 2]);
  assert.match(ensembleAnswer(nested), /Soft votes of the 2 members of each seed: \+0\.080/);
});

Deno.test("an ensemble of one network's seeds is compared as a whole, since one of a seed would be that network", () => {
  const deep = analysisOf([["unet", 1], ["unet", 2], ["unet", 3]]);
  assert.deepEqual(gain(deep), ["0.150", 1]);
  assert.match(ensembleAnswer(deep), /The soft vote of all 3 members: \+0\.150/);
  // A further seed of one network alone is no training of the whole ensemble.
  assert.deepEqual(gain(analysisOf([["unet", 1], ["pspnet", 1], ["unet", 2]])), ["0.150", 1]);
});
