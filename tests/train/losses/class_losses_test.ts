import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compile, tf } from "lib/tensorflow/mod.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { crossEntropyLoss, rowEntropies } from "lib/train/losses/cross_entropy.ts";
import type { LossOptions } from "lib/train/losses/loss.ts";
import { findLoss, type LossName, lossParameters } from "lib/train/losses/losses.ts";
import { noise, relativeError } from "../../fixtures/formula.ts";
import { assertGradients, fixedNormal } from "../../tensorflow/finite_differences.ts";

interface Case {
  name: LossName;
  options: Partial<LossOptions>;
  scale: number;
  targets: "all" | "absent" | "one" | "void";
  value: number;
  gradient: number[];
}

const [BATCH, CLASSES, HEIGHT, WIDTH] = [2, 4, 4, 3], PIXELS = BATCH * HEIGHT * WIDTH, VOID = 255;
const TASK = { target: "classes", logits: CLASSES } as const;

const folder = new URL("../../fixtures/", import.meta.url);
const { script, cases }: { script: string; cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("class_losses.json", folder)),
);
const names = [...new Set(cases.map(({ name }) => name))];

/** The fixtures' logits, `[batch, height, width, classes]`: PyTorch has the classes before the pixels. */
function makeLogits(scale: number): tf.Tensor4D {
  const planar = noise("class logits", PIXELS * CLASSES), area = HEIGHT * WIDTH;
  const values = Float32Array.from(planar, (_, i) => {
    const c = i % CLASSES, pixel = Math.floor(i / CLASSES), b = Math.floor(pixel / area);
    return scale * planar[(b * CLASSES + c) * area + pixel % area];
  });
  return tf.tensor4d(values, [BATCH, HEIGHT, WIDTH, CLASSES]);
}

function makeTargets(kind: Case["targets"]): tf.Tensor4D {
  const isVoid = noise("class void", PIXELS);
  const values = Float32Array.from(noise("class targets", PIXELS), (u, i) => {
    const drawn = Math.floor((u + 1) / 2 * CLASSES);
    if (kind === "one") return 3;
    if (kind === "absent" && drawn === 2) return 1;
    return kind === "void" && isVoid[i] > 0.4 ? VOID : drawn;
  });
  return tf.tensor4d(values, [BATCH, HEIGHT, WIDTH, 1]);
}

const lossFor = (name: LossName) => findLoss(name, undefined, "classes");

Deno.test("the fixtures of class losses come from the script beside them", () => {
  const text = Deno.readFileSync(new URL("make_class_loss_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_class_loss_fixtures.py again");
});

for (const name of names) {
  Deno.test(`${name} of several classes has SMP's value and gradient`, () => {
    for (const { options, scale, targets: kind, value, gradient } of cases.filter((one) => one.name === name)) {
      const targets = makeTargets(kind), parameters = lossParameters(name, options, TASK);
      const { value: found, grad } = tf.valueAndGrad((x: tf.Tensor) => lossFor(name)(x, targets, parameters))(
        makeLogits(scale),
      );
      const where = `${name} ${JSON.stringify(options)}, scale ${scale}, ${kind}`;
      assert.ok(
        Math.abs(found.dataSync()[0] - value) <= 2e-5 * Math.max(1, Math.abs(value)),
        `${where}: ${found} ≠ ${value}`,
      );
      const error = relativeError(grad.dataSync(), gradient);
      assert.ok(error <= 1e-4, `${where}: the gradient is off by ${error}`);
    }
  });
}

Deno.test("class losses have their gradients by finite differences", () => {
  const targets = makeTargets("void");
  for (const name of names) {
    const parameters = lossParameters(name, { classWeights: [1, 2, 0.5, 1] }, TASK);
    assertGradients((logits) => lossFor(name)(logits, targets, parameters), [
      fixedNormal([BATCH, HEIGHT, WIDTH, CLASSES]),
    ]);
  }
});

Deno.test("a compiled step computes each class loss and its gradient as the eager ops do", async () => {
  const logits = makeLogits(3), targets = makeTargets("void");
  for (const name of names) {
    const differentiate = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => lossFor(name)(x, targets, parameters))(logits);
      return [value, grad];
    };
    const parameters = lossParameters(name, {}, TASK);
    const compiled = await compile(differentiate)(logits, targets, parameters);
    differentiate(logits, targets, parameters).forEach((eager, i) =>
      assert.ok(relativeError(compiled[i].dataSync(), eager.dataSync()) < 1e-6, name)
    );
  }
});

Deno.test("no logit and no batch of only void makes a class loss or its gradient infinite", () => {
  const logits = tf.tensor4d([500, -500, 0, -500, 500, 0], [1, 1, 2, 3]),
    task = { target: "classes", logits: 3 } as const;
  for (const name of names) {
    for (const truth of [[1, 1], [VOID, VOID]]) {
      const targets = tf.tensor4d(truth, [1, 1, 2, 1]), parameters = lossParameters(name, {}, task);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => lossFor(name)(x, targets, parameters))(logits);
      const numbers = [value.dataSync()[0], ...grad.dataSync()];
      assert.ok(numbers.every(Number.isFinite), `${name} of ${truth}`);
      if (truth[0] === VOID) assert.ok(numbers.every((number) => number === 0), `${name} counts void`);
    }
  }
});

Deno.test("the cross-entropy of rows is the same by the ops of a GPU and of a CPU", () => {
  const logits = tf.tensor2d([1, 2, 3, 500, -500, 0, -3, 0.5, 0.25], [3, 3]);
  const truth = tf.tensor2d([0, 0, 1, 0, 1, 0, 0, 0, 0], [3, 3]);
  const [byCpu, byGpu] = (["CPU", "GPU"] as const).map((device) => rowEntropies(logits, truth, device));
  byCpu.forEach((expected, i) => assert.ok(relativeError(byGpu[i].dataSync(), expected.dataSync()) < 1e-6));
});

Deno.test("a loss function of several classes has the weights that it is given", () => {
  const logits = makeLogits(2), targets = makeTargets("all"), classWeights = [1, 0, 2, 1];
  const parameters = lossParameters("cross-entropy", { classWeights }, TASK);
  assert.deepEqual(
    crossEntropyLoss(logits, targets, { classWeights }).dataSync(),
    lossFor("cross-entropy")(logits, targets, parameters).dataSync(),
  );
  assert.throws(
    () => lossParameters("dice", { classWeights: [1, 2] }, TASK),
    { name: ConfigError.name, message: /classWeights has 2 numbers for 4 classes: give one for each/ },
  );
  assert.throws(
    () => crossEntropyLoss(logits, targets, { classWeights: [1] }),
    { name: ConfigError.name, message: /classWeights has 1 number for 4 classes: give one for each/ },
  );
});

Deno.test("a loss refuses targets that it does not fit", () => {
  assert.throws(() => findLoss("bce", undefined, "classes"), /BCE loss does not fit targets of the kind "classes"/);
  assert.throws(() => findLoss("cross-entropy"), /cross-entropy loss does not fit targets of the kind "binary"/);
});
