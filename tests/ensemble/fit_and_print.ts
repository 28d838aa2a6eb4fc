// Fits meta-models of one and of several classes, and prints digests of their weights and of a map.
import { createHash } from "node:crypto";
import type { EnsembleImage } from "lib/ensemble/ensemble_image.ts";
import { fitMetaModel } from "lib/ensemble/fit_meta_model.ts";
import { META_MODELS } from "lib/ensemble/meta_model.ts";
import { Random } from "lib/math/random.ts";
import { createTask } from "lib/task/tasks.ts";

const SIDE = 56;

/** Makes images of half a plane with the maps of eight members, of a task with this many classes. */
function makeImages(classes: number): EnsembleImage[] {
  return Array.from({ length: 6 }, (_, k): EnsembleImage => {
    const random = new Random(17, k),
      truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => +(i % SIDE > 8 + 5 * k));
    const maps = Array.from({ length: 8 }, (_, m) => {
      const foreground = Float32Array.from(truth, (y) => 1 / (1 + Math.exp(-((m - 2) * (y - 0.5) + random.normal()))));
      return classes === 1 ? foreground : foreground.reduce((map, p, i) => {
        map.set([1 - p, 0.75 * p, 0.25 * p], 3 * i);
        return map;
      }, new Float32Array(3 * foreground.length));
    });
    return {
      id: `i${k}`,
      group: `g${k >> 1}`,
      width: SIDE,
      height: SIDE,
      truth,
      maps,
      ...(classes > 1 && { task: createTask({ task: "border" }) }),
    };
  });
}

const digest = (lists: readonly Float32Array[]) => {
  const hash = createHash("sha256");
  for (const list of lists) hash.update(new Uint8Array(list.slice().buffer));
  return hash.digest("hex");
};

for (const [i, kind] of META_MODELS.entries()) {
  const images = makeImages(i === 0 ? 3 : 1), model = await fitMetaModel(images, { kind, steps: 60 });
  console.log(digest(model.weights.trainable().map((weight) => weight.dataSync() as Float32Array)));
  console.log(digest([await model.predict(images[0])]));
  model[Symbol.dispose]();
}
