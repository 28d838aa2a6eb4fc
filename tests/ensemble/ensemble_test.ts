// @tags slow
import assert from "node:assert/strict";
import { Random } from "lib/math/random.ts";
import type { EnsembleImage } from "lib/ensemble/ensemble_image.ts";
import { fitMetaModel } from "lib/ensemble/fit_meta_model.ts";
import { META_MODELS, MetaModel } from "lib/ensemble/meta_model.ts";
import { greedySelection, meanDice, scoreWeights } from "lib/ensemble/selection.ts";
import { majorityVote, softVote } from "lib/ensemble/voting.ts";

const SIDE = 40;

/** Images of a disc, and members of given skill; below 0 a member says the opposite of what is there. */
function images(count: number, skills: readonly number[], seed = 1): EnsembleImage[] {
  return Array.from({ length: count }, (_, k) => {
    const random = new Random(seed, k);
    const [cx, cy, radius] = [random.uniform(10, 30), random.uniform(10, 30), random.uniform(5, 11)];
    const truth = Uint8Array.from(
      { length: SIDE * SIDE },
      (_, i) => Math.hypot(i % SIDE - cx, Math.floor(i / SIDE) - cy) < radius ? 1 : 0,
    );
    const maps = skills.map((skill) =>
      Float32Array.from(truth, (y) => 1 / (1 + Math.exp(-(skill * (2 * y - 1) + random.normal()))))
    );
    return { id: `i${k}`, group: `g${k >> 1}`, width: SIDE, height: SIDE, truth, maps };
  });
}

Deno.test("soft voting of identical members changes nothing, and is bounded by its members", () => {
  const [{ maps: [a, b] }] = images(1, [1, 0.5]);
  assert.deepEqual(softVote([a, a]), a);
  const mean = softVote([a, b]);
  mean.forEach((value, i) => assert.ok(value >= Math.min(a[i], b[i]) - 1e-7 && value <= Math.max(a[i], b[i]) + 1e-7));
  assert.deepEqual(softVote([a, b], [0, 1]), b);
});

Deno.test("majority vote counts members, and lets the mean decide between even sides", () => {
  const out = majorityVote([[0.9, 0.6, 0.6, 0.4], [0.8, 0.1, 0.6, 0.4], [0.1, 0.2, 0.6, 0.1]]);
  assert.deepEqual([...out].map((value) => value > 0.5), [true, false, true, false]);
  const even = majorityVote([[0.9, 0.6], [0.3, 0.1]]);
  assert.deepEqual([...even].map((value) => value > 0.5), [true, false]);
});

Deno.test("greedy selection finds the good members, and is never worse than the best on what it chose on", () => {
  const examples = images(12, [0.6, -2, 1.5, 0.6, 0]);
  const { weights, dice, picks } = greedySelection(examples, 8);
  const best = Math.max(...examples[0].maps.map((_, m) => meanDice(examples, ({ maps }) => maps[m])));
  assert.equal(picks[0], 2);
  assert.ok(dice.at(-1)! >= best && weights[1] === 0 && weights[2] > 0.3);
  assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.ok(Math.abs(meanDice(examples, ({ maps }) => softVote(maps, weights)) - dice.at(-1)!) < 2e-3);
  const byScore = scoreWeights(examples);
  assert.ok(byScore[2] > byScore[0] && byScore[1] < 0.05);
});

Deno.test("greedy selection's scores are those of the averages of its picks", () => {
  const examples = images(6, [0.6, 1.5, 0.9]);
  const { dice, picks } = greedySelection(examples, 8);
  dice.forEach((score, i) => {
    const weights = [0, 1, 2].map((m) => picks.slice(0, i + 1).filter((pick) => pick === m).length / (i + 1));
    assert.ok(Math.abs(meanDice(examples, ({ maps }) => softVote(maps, weights)) - score) < 1e-12, `pick ${i + 1}`);
  });
});

Deno.test("the residual meta-model starts exactly as soft voting", async () => {
  const [image] = images(1, [1, 0.4, 2]);
  using model = new MetaModel("residual", 3);
  const map = await model.predict(image), vote = softVote(image.maps);
  map.forEach((value, i) => assert.ok(Math.abs(value - vote[i]) < 1e-5, `${value} and ${vote[i]}`));
});

Deno.test("meta-models learn that a member says the opposite, which no vote can, the same each time", async () => {
  const known = images(12, [0.7, -1.5]), unseen = images(8, [0.7, -1.5], 2);
  const dice = async (model: MetaModel) => {
    const maps = new Map<string, Float32Array>();
    for (const image of unseen) maps.set(image.id, await model.predict(image));
    return meanDice(unseen, ({ id }) => maps.get(id)!);
  };
  const vote = meanDice(unseen, ({ maps }) => softVote(maps));
  for (const kind of META_MODELS) {
    const options = { kind, steps: 150, cropSize: 32, batchSize: 4 };
    using model = await fitMetaModel(known, options);
    const learnt = await dice(model);
    assert.ok(learnt > 0.85 && learnt > vote + 0.3, `${kind} ${learnt}, soft voting ${vote}`);
    using again = await fitMetaModel(known, options);
    assert.equal(await dice(again), learnt);
  }
  await assert.rejects(fitMetaModel(known.slice(0, 2), { kind: "residual" }), /images of two groups or more/);
  const odd = { ...known[1], maps: known[1].maps.slice(1) };
  await assert.rejects(fitMetaModel([known[0], odd], { kind: "residual" }), {
    name: "OptionError",
    message: new RegExp(`^The image ${odd.id} has .*, and ${known[0].id} has ${known[0].maps.length}: give each image`),
  });
});
