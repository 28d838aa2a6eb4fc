import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compile, tf } from "lib/tensorflow/mod.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { focalLoss } from "lib/train/losses/focal.ts";
import { tverskyLoss } from "lib/train/losses/tversky.ts";
import type { LossOptions } from "lib/train/losses/loss.ts";
import { findLoss, type LossName, lossParameters } from "lib/train/losses/losses.ts";
import { noise, relativeError } from "../../fixtures/formula.ts";
import { assertGradients, fixedNormal } from "../../tensorflow/finite_differences.ts";

interface Case {
  name: LossName;
  options: Partial<LossOptions> & { reduction?: "sum" };
  scale: number;
  targets: "mixed" | "background" | "foreground";
  value: number;
  /** `null` where SMP's own is not a number. */
  gradient: (number | null)[];
}

const folder = new URL("../../fixtures/", import.meta.url);
const { script, cases }: { script: string; cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("losses.json", folder)),
);

Deno.test("the losses' fixtures come from the script beside them", () => {
  const text = Deno.readFileSync(new URL("make_loss_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_loss_fixtures.py again");
});

const names = [...new Set(cases.map(({ name }) => name))];
for (const name of names) {
  Deno.test(`${name} has SMP's value and gradient`, () => {
    for (const { options, scale, targets: kind, value, gradient } of cases.filter((one) => one.name === name)) {
      const logits = tf.tensor4d(Float32Array.from(noise("loss logits", 240), (u) => scale * u), [2, 12, 10, 1]);
      const isForeground = (u: number) => Number(kind === "mixed" ? u > 0.4 : kind === "foreground");
      const targets = tf.tensor4d(Float32Array.from(noise("loss targets", 240), isForeground), [2, 12, 10, 1]);
      const parameters = lossParameters(name, options);
      const loss = options.reduction
        ? (x: tf.Tensor) =>
          tf.mul(focalLoss(x, targets, { gamma: options.focalGamma, alpha: options.focalAlpha }), x.size) as tf.Scalar
        : (x: tf.Tensor) => findLoss(name)(x, targets, parameters);
      const { value: found, grad } = tf.valueAndGrad(loss)(logits);
      const where = `${name} ${JSON.stringify(options)}, scale ${scale}, ${kind}`;
      assert.ok(
        Math.abs(found.dataSync()[0] - value) <= 2e-5 * Math.max(1, Math.abs(value)),
        `${where}: ${found} ≠ ${value}`,
      );
      const ours = grad.dataSync();
      const error = relativeError(ours, gradient.map((value, i) => value ?? ours[i]));
      assert.ok(error <= 1e-4, `${where}: the gradient is off by ${error}`);
    }
  });
}

Deno.test("focal loss with γ = 0 and no α is binary cross-entropy", () => {
  const logits = fixedNormal([3, 5]), targets = tf.cast(tf.greater(fixedNormal([3, 5], 1), 0), "float32");
  const focal = focalLoss(logits, targets, { gamma: 0, alpha: null });
  assert.ok(Math.abs(focal.dataSync()[0] - bceLoss(logits, targets).dataSync()[0]) < 1e-6);
});

Deno.test("losses with options are the named losses with these parameters", () => {
  const logits = fixedNormal([3, 5]), targets = tf.cast(tf.greater(fixedNormal([3, 5], 1), 0), "float32");
  const compute = (name: LossName, options: Partial<LossOptions> = {}) =>
    findLoss(name)(logits, targets, lossParameters(name, options)).dataSync();
  for (
    const [found, expected] of [
      [focalLoss(logits, targets), compute("focal")],
      [focalLoss(logits, targets, { gamma: 3, alpha: 0.3 }), compute("focal", { focalGamma: 3, focalAlpha: 0.3 })],
      [
        focalLoss(logits, targets, { gamma: 3, reduction: "normalized" }),
        compute("normalized-focal", { focalGamma: 3 }),
      ],
      [tverskyLoss(logits, targets), compute("tversky")],
      [
        tverskyLoss(logits, targets, { alpha: 0.2, beta: 0.9 }),
        compute("tversky", { tverskyAlpha: 0.2, tverskyBeta: 0.9 }),
      ],
    ] as const
  ) assert.deepEqual(found.dataSync(), expected);
});

Deno.test("losses have their gradients by finite differences", () => {
  const targets = tf.cast(tf.greater(fixedNormal([4, 6], 1), 0), "float32");
  for (const name of names) {
    // What it divides by is a constant to its gradient, though not to differences; SMP's fixtures test it.
    if (name === "normalized-focal") continue;
    assertGradients((logits) => findLoss(name)(logits, targets, lossParameters(name)), [fixedNormal([4, 6])]);
  }
});

Deno.test("a compiled step computes each loss and its gradient as the eager ops do", async () => {
  const logits = fixedNormal([4, 6]), targets = tf.cast(tf.greater(fixedNormal([4, 6], 1), 0), "float32");
  for (const name of names) {
    const differentiate = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => findLoss(name)(x, targets, parameters))(logits);
      return [value, grad];
    };
    const parameters = lossParameters(name);
    const compiled = await compile(differentiate)(logits, targets, parameters);
    differentiate(logits, targets, parameters).forEach((eager, i) =>
      assert.deepEqual(compiled[i].dataSync(), eager.dataSync(), name)
    );
  }
});

Deno.test("no logit makes a loss or its gradient infinite", () => {
  const logits = tf.tensor1d([500, -500, 500, -500]), targets = tf.tensor1d([1, 1, 0, 0]);
  for (const name of names) {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => findLoss(name)(x, targets, lossParameters(name)))(
      logits,
    );
    assert.ok([value.dataSync()[0], ...grad.dataSync()].every(Number.isFinite), name);
  }
});
