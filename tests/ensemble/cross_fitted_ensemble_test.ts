// @tags slow
import assert from "node:assert/strict";
import type { Image } from "lib/images";
import { createModel, generateDataset, openSegmenter, TrainedModel } from "lib";
import { imageSource } from "lib/images";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import { fitCombiners } from "lib/ensemble/fit_combiners.ts";
import { ENSEMBLE_METHODS } from "lib/ensemble/methods/methods.ts";
import { imageDigest } from "lib/images/image_digest.ts";
import { roundedProbabilities } from "lib/math/logit_codes.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const { samples } = await generateDataset({ count: 5, size: 32, seed: 3 });
const known = samples.slice(0, 4), { image: unknown } = samples[4];
const trained = (seed: number) =>
  new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed }), {
    normalization: "robust",
    threshold: 0.5,
  });
/** Two members with a network for each of two folds. */
const networks = [[trained(1), trained(2)], [trained(3), trained(4)]];
const foldFor = (i: number) => i % 2;
const images = new Map(
  await Promise.all(known.map(async ({ image }, i) => [await imageDigest(image), foldFor(i)] as const)),
);

/** The members' saved maps of an image. */
const savedMaps = async (image: Image, fold: number) =>
  await Promise.all(networks.map(async (folds) => roundedProbabilities(await folds[fold].predict(image))));
const byFold = await Promise.all([0, 1].map(async (fold) =>
  await Promise.all(
    known.filter((_, i) => foldFor(i) === fold).map(async ({ id, group, image, labels }) => ({
      id,
      group,
      width: 32,
      height: 32,
      truth: labels.data,
      maps: await savedMaps(image, fold),
    })),
  )
));

// The other methods are weighted means too.
for (const method of ["weighted-soft-voting", "majority-voting", "shallow-cnn", "residual"] as const) {
  Deno.test(`${method}, saved and opened, predicts the maps of its cross-validation, and new images with all networks`, async () => {
    await using folder = await temporaryFolder();
    const combiners = await fitCombiners(method, byFold);
    assert.equal(combiners.length, 3);
    await new CrossFittedEnsemble({ members: networks, combiners, images, threshold: 0.5 }).save(folder.path);
    for (const combiner of combiners) if (combiner.kind === "model") combiner.model[Symbol.dispose]();
    using opened = await openSegmenter(folder.path);
    for (const [fold, entries] of byFold.entries()) {
      const fitted = await ENSEMBLE_METHODS[method].fit(byFold[1 - fold]);
      for (const entry of entries) {
        const { image } = samples.find(({ id }) => id === entry.id)!;
        const expected = await fitted.predict(entry), found = await opened.predict(image);
        found.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) <= 1e-5 && p > 0.5 === expected[i] > 0.5));
      }
      fitted.dispose?.();
    }
    const fitted = await ENSEMBLE_METHODS[method].fit(byFold.flat());
    const maps = await Promise.all(networks.map(async ([a, b]) => {
      const [first, second] = [await a.predict(unknown), await b.predict(unknown)];
      return first.map((p, i) => (p + second[i]) / 2);
    }));
    const expected = await fitted.predict({ ...byFold[0][0], maps }), found = await opened.predict(unknown);
    found.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) <= 1e-5));
    fitted.dispose?.();
    const inRows = Array.fromAsync(opened.predictRows(imageSource(unknown)));
    if (combiners[0].kind === "model") await assert.rejects(inRows, /combines whole maps/);
    else assert.deepEqual((await inRows).flatMap(({ data }) => [...data]), [...found]);
  });
}

Deno.test("a description whose folds do not fit together is refused, with the file's name", async () => {
  await using folder = await temporaryFolder();
  const combiners = await fitCombiners("soft-voting", byFold);
  await new CrossFittedEnsemble({ members: networks, combiners: combiners.slice(1), images, threshold: 0.5 }).save(
    folder.path,
  );
  await assert.rejects(
    openSegmenter(folder.path),
    /ensemble\.json is damaged: its members and combiners have different/,
  );
  const path = `${folder.path}/ensemble.json`;
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("member-1.", "../../member-1."));
  await assert.rejects(openSegmenter(folder.path), /ensemble\.json is damaged: save the ensemble again/);
});
