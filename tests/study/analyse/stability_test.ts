// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseConfig, type RunRecord } from "lib";
import { commonErrors } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import { compareStability, judgeClaims, lossStability, normJumps, openStudy, type Study } from "lib/study";
import { Random } from "lib/math/random.ts";

const committed = await openStudy("quick", join(projectFolder(), "results/committed"));

const ARCHITECTURES = ["unet", "deeplabv3", "pspnet"] as const;

/**
 * A study of three architectures, three folds, both losses and five seeds of UNet on the first fold, whose runs are as stable
 * as said: focal loss jumps more by `uneven` in the first architecture only.
 */
function makeStudy(
  stability: Record<"bce" | "focal", { jump: number; lost: number; spread: number }>,
  uneven = 0,
): Study {
  const random = new Random(11);
  const runs: RunRecord[] = [];
  const members: Study["analysis"]["members"] = [];
  for (const [architecture, loss] of ARCHITECTURES.flatMap((each) => [[each, "bce"], [each, "focal"]] as const)) {
    const { lost, spread } = stability[loss];
    const jump = stability[loss].jump + (loss === "focal" && architecture === "unet" ? uneven : 0);
    const names: string[] = [];
    const further = architecture === "unet" ? [[0, 2], [0, 3], [0, 4], [0, 5]] : [];
    for (const [fold, seed] of [[0, 1], [1, 1], [2, 1], ...further]) {
      const dice = 0.8 + spread * [0, -1, 1, -2, 2][seed - 1];
      const half = lost * (1 + 0.1 * random.normal());
      const [template] = committed.runs;
      runs.push({
        ...template,
        run: `${architecture}-${loss}-${fold}-${seed}`,
        config: parseConfig({ architecture, folds: 3, fold, seed, loss }),
        gradientNorms: Array.from({ length: 40 }, (_, i) => Math.exp(jump * (1 + 0.05 * random.normal()) * (i % 2))),
        scores: { model: { ...template.scores.model, dice } },
        tuned: { threshold: 0.4, dice: dice + half },
        imageDice: { model: [dice, dice] },
        testDice: { model: [dice] },
      });
      if (seed === 1) names.push(`${architecture}-${loss}-${fold}-${seed}`);
    }
    members.push({
      ...committed.analysis.members[0],
      name: `${architecture} ${loss}`,
      architecture,
      loss,
      runs: names,
    });
  }
  return { ...committed, analysis: { ...committed.analysis, members }, runs };
}

const steady = { jump: 0.1, lost: 0.01, spread: 0.002 }, shaky = { jump: 0.5, lost: 0.05, spread: 0.03 };
const findVerdict = (study: Study) => judgeClaims(study).find(({ id }) => id === "bce-more-stable")!;

Deno.test("jumps of a norm do not depend on its scale", () => {
  const norms = [1, 2, 1, 4];
  assert.ok(Math.abs(normJumps(norms) - (Math.log(2) + Math.log(2) + Math.log(4)) / 3) < 1e-12);
  assert.ok(Math.abs(normJumps(norms.map((norm) => 1e-4 * norm)) - normJumps(norms)) < 1e-12);
});

Deno.test("stability is measured by jumps, by what threshold 0.5 loses, and by the spread over seeds", () => {
  const study = makeStudy({ bce: steady, focal: shaky });
  const [bce, focal] = lossStability(study);
  assert.deepEqual([bce.runs, focal.runs, bce.diverged, bce.collapsed], [9, 9, 0, 0]);
  assert.ok(Math.abs(bce.jumps - 0.1) < 0.02 && Math.abs(focal.jumps - 0.5) < 0.05);
  assert.ok(Math.abs(focal.diceLostAtHalf! - 0.05) < 0.01);
  // Five seeds, two steps apart at most: a standard deviation of √2.5 steps.
  assert.ok(Math.abs(focal.spread! - 0.03 * Math.sqrt(2.5)) < 1e-9);
  const measures = compareStability(study);
  assert.deepEqual(measures.map(({ verdict }) => verdict), ["supported", "supported", "supported"]);
  assert.deepEqual(measures.map(({ difference }) => difference.groups), [3, 3, 5]);
  // The units are three architectures, and five seeds. The members have one seed on three folds.
  assert.deepEqual(measures.map(({ difference }) => difference.trainings), [1, 1, 5]);
  for (const { difference } of measures) {
    assert.ok(difference.low <= difference.estimate && difference.estimate <= difference.high);
  }
});

Deno.test("the claim that BCE is more stable holds only where every measure says so", () => {
  assert.equal(findVerdict(makeStudy({ bce: steady, focal: shaky })).verdict, "supported");
  assert.equal(findVerdict(makeStudy({ bce: shaky, focal: steady })).verdict, "refuted");
  const { method, reason } = findVerdict(makeStudy({ bce: steady, focal: shaky }));
  assert.deepEqual([method, reason], ["undecided", "one training"]);
  const mixed = findVerdict(makeStudy({ bce: { ...steady, lost: 0.09 }, focal: shaky }));
  assert.equal(mixed.verdict, "inconclusive");
  assert.match(mixed.finding, /threshold of 0\.5: BCE − focal 0\.0\d+/);
  assert.equal(findVerdict(makeStudy({ bce: steady, focal: steady })).verdict, "inconclusive");
});

Deno.test("diverged trainings are counted with their loss", () => {
  const study = makeStudy({ bce: steady, focal: shaky });
  const config = parseConfig({ loss: "focal" });
  const [bce, focal] = lossStability({
    ...study,
    diverged: [{ run: "focal", config, message: "The loss is NaN at step 3" }],
  });
  assert.deepEqual([bce.diverged, focal.diverged], [0, 1]);
});

Deno.test("common errors are those that every member makes", () => {
  // Two objects: members find the left one, and both call one background pixel foreground.
  const width = 12, height = 5;
  const at = (x: number, y: number) => y * width + x;
  const truth = new Uint8Array(width * height), left = new Float32Array(width * height);
  for (const y of [1, 2, 3]) for (const x of [1, 2, 3]) truth[at(x, y)] = 1;
  truth[at(11, 4)] = 1;
  for (let i = 0; i < truth.length; i++) if (i % width < 5) left[i] = truth[i];
  const first = left.slice(), second = left.slice();
  first[at(7, 0)] = second[at(7, 0)] = 0.9;
  second[at(6, 0)] = 0.9;
  assert.deepEqual(commonErrors([first, second], truth, width, height), {
    foreground: 10,
    missed: 1,
    spurious: 1,
    boundary: 1,
  });
  assert.deepEqual(commonErrors([first, Float32Array.from(truth)], truth, width, height).missed, 0);
});

Deno.test("folds of one architecture are no independent pairs: a jump in one architecture of three decides nothing", () => {
  const [{ difference, verdict }] = compareStability(makeStudy({ bce: steady, focal: steady }, 0.4));
  assert.ok(difference.estimate < -0.1 && difference.low < 0 && difference.high > 0);
  assert.deepEqual([difference.groups, verdict], [3, "inconclusive"]);
});

Deno.test("one architecture has no interval of jumps, and no verdict on the claim", () => {
  const study = makeStudy({ bce: steady, focal: shaky });
  const members = study.analysis.members.filter(({ architecture }) => architecture === "unet");
  const alone = { ...study, analysis: { ...study.analysis, members } };
  assert.deepEqual(compareStability(alone).map(({ id }) => id), ["spread"]);
  assert.equal(findVerdict(alone), undefined);
});

Deno.test("on real images, over four architectures, whether BCE's gradient jumps less is inconclusive", async () => {
  const fluo = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
  const [{ id, difference, verdict }] = compareStability(fluo);
  const { estimate, low, high, groups } = difference;
  assert.deepEqual([id, verdict, groups], ["jumps", "inconclusive", 4]);
  assert.deepEqual([estimate, low, high].map((value) => value.toFixed(3)), ["-0.076", "-0.189", "0.037"]);
});
