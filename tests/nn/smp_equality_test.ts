// @tags slow long
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createModel, createModelToLoad, type ModelOptions } from "lib/nn/create_model.ts";
import { decodeSafetensors, type NamedArray } from "lib/nn/weights/safetensors.ts";
import { type AlgorithmEntry, CONVOLUTION_KINDS } from "lib/nn/algorithms/algorithm_table.ts";
import { anyEntry } from "../fixtures/algorithm_entry.ts";
import { withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import type { Architecture } from "lib/nn/architectures/architectures.ts";
import type { SegmentationModel } from "lib/nn/segmentation_model.ts";
import type { EncoderName } from "lib/nn/encoders/encoders.ts";
import type { ForwardOptions } from "lib/nn/layers/layer.ts";
import { SMP_OPTIONS } from "lib/nn/weights/smp_call.ts";
import { loadStateDict, stateDict } from "lib/nn/weights/state_dict.ts";
import { toPyTorchLayout } from "lib/nn/weights/weight_scope.ts";
import { compile, tf } from "lib/tensorflow/mod.ts";
import { bceLoss } from "lib/train/losses/bce.ts";
import { Optimizer, type OptimizerName } from "lib/train/optimizers.ts";
import {
  formulaDropout,
  formulaImages,
  formulaTargets,
  formulaWeight,
  relativeError,
  sample,
  sketch,
} from "../fixtures/formula.ts";

interface Case {
  name: string;
  architecture: Architecture;
  encoder: EncoderName;
  batch: number;
  height: number;
  width: number;
  /** Under SMP's names. */
  options: Record<string, unknown>;
  /** Whether dropout ran, with the formula's masks. */
  givenMasks: boolean;
  parameters: number;
  /** SHA-256 of the state dict's names, one per line. */
  names: string;
  /** PyTorch's own float32 error, max |Δ| / max |reference|. */
  logitsError: number;
  loss: number;
  /** PyTorch's own float32 error; likewise the numbers of `gradients`, `running` and `error`. */
  lossError: number;
  gradients: Record<string, number>;
  running: Record<string, number>;
  curves: Record<string, { rate: number; losses: number[]; error: number }>;
  /** Of SMP's fresh tensors: mean, standard deviation, largest magnitude. */
  initial: Record<string, [mean: number, deviation: number, largest: number]> | null;
}

/** SMP's names of options, and ours. `upsampling` follows from the depth here. */
const OPTIONS = new Map(Object.entries(SMP_OPTIONS).map(([ours, theirs]) => [theirs, ours]));

const folder = new URL("../fixtures/", import.meta.url);
const header: { script: string; torch: string; smp: string; cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("smp.json", folder)),
);
const { arrays } = decodeSafetensors(Deno.readFileSync(new URL("smp.safetensors", folder)));
const values = (name: string) => arrays.get(name)!.data as Float32Array;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Our float32 may be this much farther from float64 than PyTorch's own float32 is. */
const FACTOR = 2;
/** One unit in the last place of a float32 sum: below it an error means nothing. */
const FLOOR = 1e-6;
/**
 * Where rounding turns the sign of one value before a ReLU, a gradient jumps: in PyTorch's float32 as in
 * ours, but not at the same places. Ours is one more draw beside PyTorch's 18: one tensor in twenty may be farther off than
 * twice their farthest, none farther than this many times. A wrong formula is off by hundreds.
 */
const FLIPPED = 5;

/**
 * Algorithms wherever they are possible, so that every entry of the table uses them less: those that come first, and products;
 * and batch normalisations in machine code.
 */
const EVERYWHERE = [
  { first: ["winograd4", "winograd2"], batchNorm: "TensorFlow" },
  { first: ["tiles4", "tiles2"], batchNorm: "native" },
].map(({ first, batchNorm }) =>
  anyEntry({
    name: first[0],
    batchNorm,
    rules: Object.fromEntries(
      CONVOLUTION_KINDS.map((kind) => [kind, [...first, "product"].map((algorithm) => ({ algorithm }))]),
    ),
  })
);

/** The cases of the same model, on images of every size. */
function sameModel({ architecture, encoder, options }: Case): Case[] {
  return header.cases.filter((other) =>
    other.architecture === architecture && other.encoder === encoder &&
    JSON.stringify(other.options) === JSON.stringify(options)
  );
}

/** PyTorch's own error with this architecture and encoder: the larger one of both sizes. */
function familyError(fixture: Case, errorOf: (fixture: Case) => number): number {
  return Math.max(...sameModel(fixture).map(errorOf));
}

/**
 * Returns the curve to compare in a case, if any: of each architecture that on which PyTorch's own float32 is nearest to
 * float64, so that a wrong update shows most. The gradients are compared with every encoder at every size, and an optimiser's
 * update knows neither, so all curves would prove the same again.
 */
function ownCurve(fixture: Case): [name: string, curve: Case["curves"][string]] | undefined {
  const [sharpest] = header.cases.filter(({ architecture }) => architecture === fixture.architecture)
    .flatMap((other) =>
      Object.keys(other.curves).map((name) => ({
        other,
        name,
        error: familyError(other, ({ curves }) => curves[name]?.error ?? 0),
      }))
    )
    .sort((a, b) => a.error - b.error);
  return sharpest?.other === fixture ? [sharpest.name, fixture.curves[sharpest.name]] : undefined;
}

/** Whether a case is computed by every algorithm too. Convolutions differ in their sizes more than models do, so that a few suffice. */
const triesEveryAlgorithm = (fixture: Case) =>
  Object.keys(fixture.curves).length > 0 && sameModel(fixture)[0] === fixture;

/** Creates the model of a case. Its weights are drawn only if they are compared, as the formula's replace them. */
function createFrom({ architecture, encoder, options, initial }: Case): SegmentationModel {
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (key === "upsampling") continue;
    const ours = OPTIONS.get(key);
    assert.ok(ours, `${key} has no counterpart`);
    named[ours] = value;
  }
  return (initial ? createModel : createModelToLoad)({ architecture, encoder, ...named } as ModelOptions);
}

/** Loads the formula's weights into a model, and returns what takes the model back to them. */
function loadFormula(model: SegmentationModel): Disposable & { reset: () => void } {
  const state = new Map<string, NamedArray>();
  for (const { name, shape } of model.weights) {
    state.set(name, { dtype: "F32", shape: [...shape], data: formulaWeight(name, shape) });
  }
  loadStateDict(model, state);
  const loaded = [...model.weights].flatMap(({ variable }) =>
    variable ? [{ variable, value: tf.clone(variable as tf.Tensor) }] : []
  );
  return {
    reset: () => loaded.forEach(({ variable, value }) => variable.assign(value)),
    [Symbol.dispose]: () => tf.dispose(loaded.map(({ value }) => value)),
  };
}

function caseInputs({ batch, height, width }: Case, model: SegmentationModel): [tf.Tensor4D, tf.Tensor4D] {
  const targets = tf.tensor4d(formulaTargets(batch, height, width), [batch, height, width, 1]);
  return [
    tf.tensor4d(formulaImages(batch, height, width, model.inChannels), [batch, height, width, model.inChannels]),
    tf.tile(targets, [1, 1, 1, model.classes]),
  ];
}

/** How training differs from inference: with masks from the formula where the fixture had them, else without dropout. */
function trainingOptions({ givenMasks }: Case): ForwardOptions {
  return {
    training: true,
    dropoutMask: (shape, rate) => {
      if (!givenMasks) return undefined;
      return tf.tensor4d(formulaDropout(...shape).map((u) => Number(u >= rate)), [...shape]);
    },
  };
}

/** Compares a new model's weights with the distributions of SMP's. */
function compareInitial(model: SegmentationModel, initial: NonNullable<Case["initial"]>): void {
  for (const [key, [mean, deviation, largest]] of Object.entries(initial)) {
    const weight = model.weights.get(key)!;
    const fresh = model.weights.readValues(weight);
    const ourMean = fresh.reduce((sum, value) => sum + value, 0) / fresh.length;
    const ourDeviation = Math.sqrt(fresh.reduce((sum, value) => sum + (value - ourMean) ** 2, 0) / fresh.length);
    if (fresh.length === 1) {
      // One draw has no spread: both are zero, or neither is.
      assert.equal(ourMean === 0, mean === 0, `${key} is ${ourMean}, SMP's ${mean}`);
      continue;
    }
    if (deviation === 0) {
      assert.ok(ourDeviation === 0 && Math.abs(ourMean - mean) < 1e-6, `${key} is ${ourMean} instead of ${mean}`);
      continue;
    }
    // Both are draws: six standard errors of their difference, for thousands of tensors.
    const six = 6 * Math.SQRT2 / Math.sqrt(fresh.length);
    assert.ok(Math.abs(ourMean - mean) <= six * deviation, `${key} has the mean ${ourMean}, SMP's ${mean}`);
    const spread = `${key} has the standard deviation ${ourDeviation}, SMP's ${deviation}`;
    assert.ok(Math.abs(ourDeviation / deviation - 1) <= six, spread);
    if (fresh.length < 1000) continue;
    // A uniform distribution ends at √3 standard deviations, a normal one goes on.
    const ourLargest = fresh.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const isUniform = (largest: number, deviation: number) => largest < 2 * deviation;
    assert.equal(isUniform(ourLargest, ourDeviation), isUniform(largest, deviation), `${key}'s shape differs`);
  }
}

Deno.test("the fixtures come from the script and the versions beside them", async () => {
  const script = await Deno.readTextFile(new URL("make_smp_fixtures.py", folder));
  assert.equal(header.script, sha256(script), "make_smp_fixtures.py was changed: run it again");
  assert.deepEqual([header.torch, header.smp], ["2.13.0", "0.6.0"]);
});

Deno.test("every architecture and every optimiser has a curve that is compared", () => {
  const compared = header.cases.flatMap((fixture) => {
    const curve = ownCurve(fixture);
    return curve ? [fixture.architecture, curve[0]] : [];
  });
  const recorded = header.cases.flatMap(({ architecture, curves }) => [architecture, ...Object.keys(curves)]);
  assert.deepEqual(new Set(compared), new Set(recorded));
});

for (const fixture of header.cases) {
  const { name } = fixture;

  Deno.test(`${name} equals SMP's`, async (t) => {
    const model = createFrom(fixture);
    const [images, targets] = caseInputs(fixture, model);
    const variables = model.weights.trainable();
    const training = trainingOptions(fixture);
    const compileGradients = (entry?: AlgorithmEntry) =>
      compile((x: tf.Tensor4D, y: tf.Tensor4D) => {
        const { value, grads } = withAlgorithms(
          { entry },
          () => tf.variableGrads(() => bceLoss(model.forward(x, training), y), variables),
        );
        return { ...grads, loss: value } as Record<string, tf.Tensor>;
      });
    const computeGradients = compileGradients();
    const curve = ownCurve(fixture);

    await t.step("parameters and their names", () => {
      assert.equal(model.weights.countParameters(), fixture.parameters);
      assert.equal(sha256([...stateDict(model).keys()].join("\n")), fixture.names);
    });

    if (fixture.initial) {
      const initial = fixture.initial;
      await t.step("fresh weights are distributed as SMP's", () => compareInitial(model, initial));
    }

    using formula = loadFormula(model);

    const compareLogits = async (entry?: AlgorithmEntry) => {
      formula.reset();
      const forward = compile((x: tf.Tensor4D) =>
        withAlgorithms({ entry, inference: true }, () => model.forward(x).transpose([0, 3, 1, 2]))
      );
      const logits = sample("logits", (await forward(images)).dataSync() as Float32Array, 2048);
      const expected = values(`${name}/logits`);
      let worst = 0, largest = 0;
      for (let i = 0; i < expected.length; i++) {
        worst = Math.max(worst, Math.abs(logits[i] - expected[i]));
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      // scSE on the formula's weights makes logits in the hundreds: there PyTorch itself is off by more.
      const bar = Math.max(1e-4, fixture.logitsError);
      assert.ok(worst / largest <= bar, `max |Δ| / max |reference| is ${worst / largest}`);
      forward.dispose();
    };
    await t.step("logits", () => compareLogits());
    if (triesEveryAlgorithm(fixture)) {
      for (const entry of EVERYWHERE) await t.step(`logits by ${entry.name}`, () => compareLogits(entry));
    }

    const compareGradients = async (compute: typeof computeGradients) => {
      formula.reset();
      const { loss, ...gradients } = await compute(images, targets);
      const lossError = Math.abs(loss.dataSync()[0] / fixture.loss - 1);
      const lossBar = Math.max(FACTOR * familyError(fixture, ({ lossError }) => lossError), FLOOR);
      assert.ok(lossError <= lossBar, `the loss is off by ${lossError}`);
      assert.deepEqual(Object.keys(gradients).sort(), Object.keys(fixture.gradients).sort());
      const ratios: number[] = [];
      for (const [key, gradient] of Object.entries(gradients)) {
        const error = relativeError(sketch(key, toPyTorchLayout(gradient)), values(`${name}/gradient/${key}`));
        const theirs = Math.max(fixture.gradients[key], FLOOR / FACTOR);
        ratios.push(error / theirs);
        const what = `${key}: ‖Δ‖ / ‖g‖ is ${error}, PyTorch's own ${fixture.gradients[key]}`;
        assert.ok(error <= FLIPPED * theirs, what);
      }
      ratios.sort((a, b) => a - b);
      const within = ratios.filter((ratio) => ratio <= FACTOR).length;
      assert.ok(within >= 0.95 * ratios.length, `only ${within} of ${ratios.length} tensors are within the bar`);
      const median = ratios[ratios.length >> 1];
      assert.ok(median <= 1.5, `the median tensor's error is ${median} × PyTorch's`);
      for (const [key, theirs] of Object.entries(fixture.running)) {
        const { variable } = model.weights.get(key)!;
        // A stage beyond the encoder's depth is not computed here; SMP runs some of MobileNetV2's in vain.
        if (!variable) continue;
        const found = sketch(key, variable.dataSync() as Float32Array);
        const error = relativeError(found, values(`${name}/running/${key}`));
        assert.ok(error <= Math.max(FACTOR * theirs, FLOOR), `${key} is off by ${error}, PyTorch's own by ${theirs}`);
      }
      tf.dispose([loss, gradients]);
    };
    await t.step("loss, gradients and running statistics", () => compareGradients(computeGradients));
    if (triesEveryAlgorithm(fixture)) {
      for (const entry of EVERYWHERE) {
        await t.step(`the same by ${entry.name}`, async () => {
          const compute = compileGradients(entry);
          await compareGradients(compute);
          compute.dispose();
        });
      }
    }

    if (curve) {
      const [optimizerName, { rate, losses: expected }] = curve;
      await t.step(`${expected.length} losses with ${optimizerName}`, async () => {
        formula.reset();
        const optimizer = new Optimizer(variables, {
          name: optimizerName as OptimizerName,
          weightDecay: optimizerName === "adamw" ? 0.01 : 0,
        });
        const losses: number[] = [];
        for (let i = 1; i <= expected.length; i++) {
          const { loss, ...gradients } = await computeGradients(images, targets);
          optimizer.apply(gradients, optimizer.control(i, rate));
          losses.push(loss.dataSync()[0]);
          tf.dispose([loss, gradients]);
        }
        const error = relativeError(losses, expected);
        const theirs = familyError(fixture, ({ curves }) => curves[optimizerName]?.error ?? 0);
        assert.ok(
          error <= Math.max(FACTOR * theirs, FLOOR),
          `the losses are off by ${error}, PyTorch's own by ${theirs}`,
        );
        optimizer.dispose();
      });
    }
    computeGradients.dispose();
    model.dispose();
  });
}
