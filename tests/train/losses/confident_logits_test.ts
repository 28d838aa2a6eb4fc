import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { tf } from "lib/tensorflow/mod.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { focalLoss } from "lib/train/losses/focal.ts";

/** Values and gradients of single logits by PyTorch in float64: see make_confident_logit_fixtures.py. */
const folder = new URL("../../fixtures/", import.meta.url);
const { script, cases }: {
  script: string;
  cases: { loss: "bce" | "focal"; logit: number; target: number; value: number; gradient: number }[];
} = JSON.parse(await Deno.readTextFile(new URL("confident_logits.json", folder)));

Deno.test("the fixtures of confident logits come from the script beside them", () => {
  const text = Deno.readFileSync(new URL("make_confident_logit_fixtures.py", folder));
  assert.equal(
    script,
    createHash("sha256").update(text).digest("hex"),
    "run make_confident_logit_fixtures.py again",
  );
});

Deno.test("BCE and focal loss of a confident logit have PyTorch's value in float64, however small", () => {
  for (const { loss, logit, target, value, gradient } of cases) {
    const compute = (x: tf.Tensor) =>
      loss === "bce" ? bceLoss(x, tf.tensor1d([target])) : focalLoss(x, tf.tensor1d([target]));
    const { value: found, grad } = tf.valueAndGrad(compute)(tf.tensor1d([logit]));
    const where = `${loss} of ${logit} for ${target}`;
    // The smallest normal float32 is 1.2e-38; smaller losses may be 0.
    const close = (found: number, expected: number, relative: number, absolute = 2e-38) =>
      assert.ok(
        Math.abs(found - expected) <= relative * Math.abs(expected) + absolute,
        `${where}: ${found}, ${expected}`,
      );
    close(found.dataSync()[0], value, 2e-6);
    // As in PyTorch's float32, the gradient is a difference of two probabilities.
    close(grad.dataSync()[0], gradient, 2e-6, loss === "bce" ? 1.2e-7 : 2e-38);
  }
});
