// @tags slow
import assert from "node:assert/strict";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import type { ImageSource } from "lib/images/source/image_source.ts";
import { join } from "node:path";
import { createModel, ensemble, generateDataset, type Image, openSegmenter, type Segmenter, TrainedModel } from "lib";
import { fitMetaModel } from "lib/ensemble";
import { VOID_CLASS } from "lib/images/image.ts";
import { Random } from "lib/math/random.ts";
import { createTask } from "lib/task";
import { DiceScorer } from "lib/ensemble/dice_scorer.ts";
import type { EnsembleImage } from "lib/ensemble/ensemble_image.ts";
import { META_MODELS, MetaModel } from "lib/ensemble/meta_model.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "lib/ensemble/methods/methods.ts";
import { greedySelection, meanDice, scoreWeights } from "lib/ensemble/selection.ts";
import { majorityClassVote, softVote } from "lib/ensemble/voting.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import fixtures from "../fixtures/class_votes.json" with { type: "json" };

const four = createTask({ task: "classes", classNames: ["background", "a", "b", "nowhere"] });
const images = fixtures.images.map(({ width, height, truth, maps }, k): EnsembleImage => ({
  id: `i${k}`,
  group: `g${k}`,
  width,
  height,
  truth: Uint8Array.from(truth),
  maps: maps.map((map) => Float32Array.from(map)),
  task: four,
}));
const near = (found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6) => {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(found[i] - value) <= tolerance, `${i}: ${found[i]}, not ${value}`));
};

Deno.test("softmax maps are averaged, with and without weights, as NumPy does", async () => {
  const { predict } = await ENSEMBLE_METHODS["soft-voting"].fit(images);
  for (const [k, image] of images.entries()) {
    near(await predict(image), fixtures.images[k].mean);
    near(softVote(image.maps, fixtures.weights), fixtures.images[k].weighted);
  }
});

Deno.test("the majority counts the members' classes, and the mean decides ties, as NumPy does", async () => {
  const { predict } = await ENSEMBLE_METHODS["majority-voting"].fit(images);
  for (const [k, image] of images.entries()) {
    const map = await predict(image), { votes, majority } = fixtures.images[k];
    near(map, votes.map((count) => count / 3), 2e-6);
    assert.deepEqual([...four.classify(map, 0.5)], majority);
  }
  // One vote each: the mean decides for the last class.
  const tie = majorityClassVote([Float32Array.of(0.5, 0.1, 0.4), Float32Array.of(0.1, 0.45, 0.45 + 1e-4)], 3);
  assert.deepEqual([...tie].map((share) => Math.round(2 * share)), [1, 0, 1]);
  assert.ok(tie[2] > tie[0]);
});

Deno.test("Dice is the mean of the classes that occur in an image, without void, as NumPy's", () => {
  const scorer = DiceScorer.forImages(images);
  for (const [k, image] of images.entries()) {
    image.maps.forEach((map, m) => {
      const byClass = scorer.byClass(image, map), { dice, imageDice } = fixtures.images[k];
      assert.deepEqual(byClass.map(Number.isNaN), dice[m].map((each) => each === null));
      near(byClass.map((each) => each || 0), dice[m].map((each) => each ?? 0), 1e-12);
      assert.ok(Math.abs(scorer.dice(image, map) - imageDice[m]) < 1e-12);
    });
  }
  const dice = fixtures.memberDice, total = dice.reduce((a, b) => a + b);
  near(images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m])), dice, 1e-12);
  near(scoreWeights(images), dice.map((each) => each / total), 1e-12);
});

Deno.test("greedy selection and the best single member choose by macro Dice, as NumPy does", async () => {
  const { picks, dice, weights } = greedySelection(images, 6);
  assert.deepEqual(picks, fixtures.greedy.picks);
  near(dice, fixtures.greedy.dice, 1e-12);
  assert.ok(new Set(picks).size > 1, "one member alone would test nothing");
  assert.ok(Math.abs(meanDice(images, ({ maps }) => softVote(maps, weights)) - dice.at(-1)!) < 1e-12);
  const { weights: single } = await ENSEMBLE_METHODS["best-single"].fit(images);
  assert.equal(single!.indexOf(1), fixtures.memberDice.indexOf(Math.max(...fixtures.memberDice)));
});

const SIDE = 32;
const three = createTask({ task: "classes", classNames: ["background", "left", "right"] });

/** Images of two half planes and a background, and members that confuse the two planes, or see them. */
function planes(count: number, seed: number): EnsembleImage[] {
  return Array.from({ length: count }, (_, k) => {
    const random = new Random(seed, k), at = random.integer(12) + 10;
    const truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i < 6 * SIDE ? 0 : i % SIDE < at ? 1 : 2);
    const maps = [1.2, -1.5].map((skill) =>
      Float32Array.from({ length: truth.length * 3 }, (_, i) => {
        const y = truth[Math.floor(i / 3)], c = i % 3, says = skill < 0 && y > 0 ? 3 - y : y;
        return (c === says ? Math.exp(Math.abs(skill)) : 1) * Math.exp(0.3 * random.normal());
      })
    );
    for (const map of maps) {
      for (let i = 0; i < map.length; i += 3) {
        const sum = map[i] + map[i + 1] + map[i + 2];
        for (let c = 0; c < 3; c++) map[i + c] /= sum;
      }
    }
    return { id: `i${k}`, group: `g${k}`, width: SIDE, height: SIDE, truth, maps, task: three };
  });
}

Deno.test("the residual meta-model of classes starts as soft voting", async () => {
  const [image] = planes(1, 1);
  using model = new MetaModel("residual", 2, 0, 3);
  near(await model.predict(image), [...softVote(image.maps)], 1e-5);
});

Deno.test("meta-models learn that a member confuses two classes, which no vote can", async () => {
  const known = planes(8, 2), unseen = planes(4, 3);
  const vote = meanDice(unseen, ({ maps }) => softVote(maps));
  for (const kind of META_MODELS) {
    using model = await fitMetaModel(known, { kind, steps: 120, cropSize: 24, batchSize: 4 });
    assert.equal(model.classes, 3);
    const maps = new Map<string, Float32Array>();
    for (const image of unseen) maps.set(image.id, await model.predict(image));
    const learnt = meanDice(unseen, ({ id }) => maps.get(id)!);
    assert.ok(learnt > 0.9 && learnt > vote + 0.2, `${kind} ${learnt}, soft voting ${vote}`);
    const map = maps.get("i0")!;
    assert.ok(Math.abs(map[0] + map[1] + map[2] - 1) < 1e-5);
  }
  const { task: _, ...withoutTask } = known[0];
  await assert.rejects(fitMetaModel([withoutTask, ...known.slice(1)], { kind: "residual" }), {
    name: "OptionError",
    message:
      /A map of the image i0 has 3072 values, and maps of the task "foreground" have 1024.*give the image its task/,
  });
});

/** The same images with other labels where they are void. */
function withVoid(given: readonly EnsembleImage[], change: number): EnsembleImage[] {
  return given.map((image) => {
    const voidPixels = Uint8Array.from(image.truth, (_, i) => i % 5 === 0 ? 1 : 0);
    const isClasses = !image.task!.hasThreshold;
    const truth = Uint8Array.from(
      image.truth,
      (y, i) => voidPixels[i] ? (isClasses ? VOID_CLASS : (y + change) % 2) : y,
    );
    return { ...image, truth, voidPixels };
  });
}

Deno.test("no method reads void pixels, of foreground or of classes", async () => {
  const classes = planes(6, 4), foreground = createTask({});
  const binary = classes.map((image): EnsembleImage => ({
    ...image,
    task: foreground,
    truth: Uint8Array.from(image.truth, (y) => y > 0 ? 1 : 0),
    maps: image.maps.map((map) => Float32Array.from(image.truth, (_, i) => 1 - map[3 * i])),
  }));
  const fit = async (id: EnsembleMethodId, given: readonly EnsembleImage[]) => {
    const { predict, weights, dispose } = await ENSEMBLE_METHODS[id].fit(given);
    const map = await predict(given[0]);
    dispose?.();
    return { map, weights };
  };
  for (const id of ["greedy-selection", "weighted-soft-voting", "residual"] as const) {
    assert.deepEqual(await fit(id, withVoid(binary, 1)), await fit(id, withVoid(binary, 0)), id);
    // Class targets hold void themselves.
    assert.deepEqual(
      await fit(id, withVoid(classes, 0)),
      await fit(id, withVoid(classes, 0).map(({ voidPixels: _, ...image }) => image)),
      id,
    );
  }
  // The labels of void pixels would count if they were not void.
  const counted = withVoid(binary, 1).map(({ voidPixels: _, ...image }) => image);
  assert.notDeepEqual(await fit("residual", counted), await fit("residual", withVoid(binary, 1)));
  assert.notDeepEqual(greedySelection(counted).dice, greedySelection(withVoid(binary, 1)).dice);
});

/** A member whose class of each pixel is the true one, or one further. */
function oracle(truth: ReadonlyMap<Image, Uint8Array>, shift: number, confidence: number): Segmenter {
  const taskDefinition = createTask({ task: "classes", classNames: ["background", "round", "long"] });
  const predict = (image: Image) => {
    const classes = truth.get(image)!, map = new Float32Array(3 * classes.length).fill((1 - confidence) / 2);
    classes.forEach((c, i) => map[3 * i + (c + shift) % 3] = confidence);
    return Promise.resolve(map);
  };
  return {
    task: "classes",
    taskDefinition,
    threshold: 0.5,
    predict,
    segment: async (image) => {
      const probabilities = await predict(image);
      return { ...image, probabilities, ...taskDefinition.decide(probabilities, image, 0.5), empty: false };
    },
    isEmpty: () => false,
    isEmptyContrast: () => false,
    predictRows: async function* (source: ImageSource) {
      // A few rows at a time, as of an image that does not fit into memory.
      const map = await predict(source as unknown as Image), row = 3 * source.width;
      for (let top = 0; top < source.height; top += 8) {
        const height = Math.min(8, source.height - top);
        yield { top, height, data: map.subarray(top * row, (top + height) * row) };
      }
    },
    save: () => Promise.reject(new Error("not stored")),
    [Symbol.dispose]() {},
  };
}

Deno.test("ensembles of class models learn weights and stack, and are the same after saving", async () => {
  const dataset = await generateDataset({ count: 6, size: 64, seed: 4, kinds: 2 });
  const [{ image, labels }] = dataset.samples, ids = dataset.samples.map(({ id }) => id);
  const truth = new Map(dataset.samples.map(({ image, labels }) => [image, labels.classes!]));
  const members = [oracle(truth, 1, 0.9), oracle(truth, 0, 0.6)];
  for (const method of ["greedy-selection", "weighted-soft-voting", "stacking"] as const) {
    const options = {
      dataset,
      images: ids,
      ...(method === "stacking" && { kind: "shallow-cnn" as const, steps: 120 }),
    };
    using combined = await ensemble(members, { method, ...options });
    const { labels: found } = await combined.segment(image);
    const right = labels.classes!.filter((c, i) => found.classes![i] === c).length;
    assert.ok(right > 0.95 * labels.data.length, `${method}: ${right} of ${labels.data.length}`);
  }

  await using folder = await temporaryFolder();
  const untrained = (seed: number) => {
    const task = { task: "classes", classNames: ["background", "round", "long"] } as const;
    const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed, ...task });
    return new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  };
  const path = join(folder.path, "stacked");
  using stacked = await ensemble([untrained(1), untrained(2)], {
    method: "stacking",
    dataset,
    images: ids,
    kind: "shallow-cnn",
    steps: 1,
  });
  await stacked.save(path);
  using opened = await openSegmenter(path);
  assert.deepEqual(await opened.predict(image), await stacked.predict(image));
  const { labels: classes } = await opened.segment(image);
  assert.equal(classes.classes!.length, 64 * 64);

  const description = join(path, "ensemble.json"), stored = JSON.parse(await Deno.readTextFile(description));
  await Deno.writeTextFile(description, JSON.stringify({ ...stored, members: stored.members.slice(1) }));
  await assert.rejects(
    openSegmenter(path),
    /ensemble\.json has 1 member with 3 maps each, its meta-model 2 members with 3: save the ensemble again/,
  );
});

Deno.test("class models combine an image row by row as they combine the whole", async () => {
  const { samples: [{ image, labels }] } = await generateDataset({ count: 1, size: 32, seed: 4, kinds: 2 });
  const members = [
    oracle(new Map([[image, labels.classes!]]), 0, 0.6),
    oracle(new Map([[image, labels.classes!]]), 1, 0.5),
  ];
  members.push(oracle(new Map([[image, labels.classes!]]), 2, 0.7));
  for (const combiner of [{ kind: "majority" }, { kind: "weights", weights: [0.5, 0.3, 0.2] }] as const) {
    using ensemble = new CrossFittedEnsemble({
      members: members.map((member) => [member]),
      combiners: [combiner, combiner],
      images: new Map(),
      threshold: 0.5,
    });
    // The members know the image as an object.
    const rows = await Array.fromAsync(ensemble.predictRows(image as unknown as ImageSource));
    assert.equal(rows.length, 4);
    assert.deepEqual(rows.flatMap(({ data }) => [...data]), [...await ensemble.predict(image)]);
  }
});
