// @tags slow
import assert from "node:assert/strict";
import type { EnsembleImage } from "lib/ensemble/ensemble_image.ts";
import type { EnsembleMethodDefinition } from "lib/ensemble/methods/method.ts";
import { ENSEMBLE_METHODS } from "lib/ensemble/methods/methods.ts";
import { META_MODELS } from "lib/ensemble/meta_model.ts";
import { majorityVote, softVote } from "lib/ensemble/voting.ts";
import { Random } from "lib/math/random.ts";
import { tf } from "lib";

const SIDE = 32;

/** Images of half a plane, with a good, a fair and a bad member. */
const images = Array.from({ length: 4 }, (_, k): EnsembleImage => {
  const random = new Random(17, k);
  const truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE > 8 + 3 * k ? 1 : 0);
  const maps = [3, 1, -1].map((skill) =>
    Float32Array.from(truth, (y) => 1 / (1 + Math.exp(-(skill * (2 * y - 1) + random.normal()))))
  );
  return { id: `i${k}`, group: `g${k >> 1}`, width: SIDE, height: SIDE, truth, maps };
});

for (const [id, method] of Object.entries(ENSEMBLE_METHODS) as [string, EnsembleMethodDefinition][]) {
  Deno.test(`${id} predicts probabilities, and keeps what it says that it stores`, async () => {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(method.label && method.source);
    const before = tf.memory().numTensors;
    const fitted = await method.fit(images);
    const map = await fitted.predict(images[0]);
    assert.equal(map.length, SIDE * SIDE);
    assert.ok(map.every((p) => p >= 0 && p <= 1));
    assert.equal(fitted.weights !== undefined, method.stores === "weights");
    if (fitted.weights) {
      assert.ok(Math.abs(fitted.weights.reduce((a, b) => a + b) - 1) < 1e-9);
      assert.deepEqual(map, softVote(images[0].maps, fitted.weights));
    }
    assert.equal(fitted.dispose !== undefined, method.stores === "model");
    fitted.dispose?.();
    assert.equal(tf.memory().numTensors, before);
  });
}

Deno.test("the methods vote as their functions do, the best single member is the best, and each meta-model is a method", async () => {
  const [{ maps }] = images;
  const predict = async (id: keyof typeof ENSEMBLE_METHODS) =>
    await (await ENSEMBLE_METHODS[id].fit(images)).predict(images[0]);
  assert.deepEqual(await predict("soft-voting"), softVote(maps));
  assert.deepEqual(await predict("majority-voting"), majorityVote(maps));
  assert.deepEqual(await predict("best-single"), maps[0]);
  for (const kind of META_MODELS) assert.equal(ENSEMBLE_METHODS[kind].stores, "model");
});
