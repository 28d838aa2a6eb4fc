import {
  boolAttribute,
  needsLossScaling,
  type Precision,
  ResourceVariable,
  tf,
  typeAttribute,
} from "../tensorflow/mod.ts";
import { OptionError } from "../io/option_error.ts";
import { LossScaling } from "./loss_scaling.ts";

/** Optimisers by name. */
export const OPTIMIZERS = ["adam", "adamw", "sgd"] as const;
/** An optimiser's name. */
export type OptimizerName = typeof OPTIMIZERS[number];

/** Options of {@linkcode Optimizer}. */
export interface OptimizerOptions {
  name: OptimizerName;
  /** Adam's decay of the mean and of the square of the gradient. Default `[0.9, 0.999]`. */
  betas?: readonly [number, number];
  /** Adam's ε. Default 1e-8. */
  epsilon?: number;
  /**
   * Weight decay: Adam and SGD add it times the weights to the gradient; AdamW shrinks the weights by it. Default 0.
   */
  weightDecay?: number;
  /** SGD's momentum. Default 0.9. */
  momentum?: number;
  /** Precision of the gradients; with float16 the loss is scaled. Default `float32`. */
  precision?: Precision;
}

/** Names of an optimiser's state per variable, as in PyTorch. */
const SLOTS = { adam: ["exp_avg", "exp_avg_sq"], adamw: ["exp_avg", "exp_avg_sq"], sgd: ["momentum_buffer"] } as const;

/**
 * PyTorch's Adam, AdamW or SGD with momentum, on TensorFlow's fused in-place updates.
 *
 * The learning rate and Adam's bias corrections change from step to step. In a compiled step they come from the tensor
 * that {@linkcode Optimizer.control} makes for each call.
 */
export class Optimizer {
  /** Loss scaling, which keeps the gradients of float16 in range; `undefined` in other precisions. */
  readonly lossScaling: LossScaling | undefined;
  readonly #options: Required<Omit<OptimizerOptions, "precision">>;
  readonly #slots = new Map<ResourceVariable, ResourceVariable[]>();

  constructor(readonly variables: readonly ResourceVariable[], options: OptimizerOptions) {
    const { precision = "float32", ...others } = options;
    this.#options = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, momentum: 0.9, ...others };
    this.lossScaling = needsLossScaling(precision) ? new LossScaling() : undefined;
    for (const variable of variables) {
      this.#slots.set(
        variable,
        SLOTS[options.name].map((slot) => {
          const zeros = tf.fill(variable.shape, 0);
          const created = new ResourceVariable(zeros, false, `${variable.name}.${slot}`);
          zeros.dispose();
          return created;
        }),
      );
    }
  }

  /** Variables of the optimiser's state: two per parameter for Adam, one for SGD, and two for a scaled loss. */
  state(): ResourceVariable[] {
    return [...this.#moments(), ...this.lossScaling?.state() ?? []];
  }

  #moments(): ResourceVariable[] {
    return [...this.#slots.values()].flat();
  }

  /**
   * Makes the control tensor of a step for {@linkcode apply}: float32 `[4]` of the learning rate, β₁ᵗ, β₂ᵗ and ε.
   *
   * @param step counts from 1
   */
  control(step: number, learningRate: number): tf.Tensor1D {
    const [beta1, beta2] = this.#options.betas;
    // TensorFlow adds ε to √v before the bias correction, PyTorch after it.
    const epsilon = this.#options.epsilon * Math.sqrt(1 - beta2 ** step);
    return tf.tensor1d([learningRate, beta1 ** step, beta2 ** step, epsilon]);
  }

  /**
   * Updates the variables.
   *
   * @param gradients by variable name
   * @param control control tensor of this step, from {@linkcode control}
   * @param finite false for a step with zero gradients that must not change anything. Default: every step counts
   * @throws {OptionError} if a variable has no gradient, because the loss leaves a part of the model out.
   */
  apply(gradients: { [name: string]: tf.Tensor }, control: tf.Tensor1D, finite?: tf.Scalar): void {
    const { name, betas, weightDecay, momentum } = this.#options;
    tf.tidy(() => {
      const [rate, power1, power2, epsilon] = tf.unstack(control);
      // With a gradient, a rate and a decay of zero, an update changes nothing.
      const or = (value: tf.Tensor, skipped: number) => finite ? tf.where(finite, value, tf.scalar(skipped)) : value;
      const learningRate = or(rate, 0), weightShare = or(tf.scalar(weightDecay), 0);
      const [beta1, beta2, kept] = [...betas, momentum].map((decay) => or(tf.scalar(decay), 1));
      const flags = [typeAttribute("T", "float32"), boolAttribute("use_locking", false)];
      for (const variable of this.variables) {
        let gradient = gradients[variable.name];
        if (!gradient) {
          throw new OptionError(
            `The weight "${variable.name}" has no gradient, because the loss does not depend on it: ` +
              "compute the loss from the logits of the whole model",
          );
        }
        if (weightDecay && name !== "adamw") gradient = tf.add(gradient, tf.mul(variable, weightShare));
        const slots = this.#slots.get(variable)!;
        if (name === "sgd") {
          const inputs = [learningRate, gradient, kept];
          variable.update("ResourceApplyMomentum", [...flags, boolAttribute("use_nesterov", false)], [
            variable,
            ...slots,
          ], inputs);
          continue;
        }
        if (weightDecay && name === "adamw") {
          const shrink = tf.mul(variable, tf.mul(learningRate, weightDecay));
          variable.update("AssignSubVariableOp", [typeAttribute("dtype", "float32")], [variable], [shrink]);
        }
        variable.update("ResourceApplyAdam", [...flags, boolAttribute("use_nesterov", false)], [variable, ...slots], [
          power1,
          power2,
          learningRate,
          beta1,
          beta2,
          epsilon,
          gradient,
        ]);
      }
    });
  }

  /** Resets the state, as before the first step. */
  reset(): void {
    this.lossScaling?.reset();
    for (const variable of this.#moments()) {
      const zeros = tf.fill(variable.shape, 0);
      variable.assign(zeros);
      zeros.dispose();
    }
  }

  /** Frees the state. */
  dispose(): void {
    for (const variable of this.state()) variable.dispose();
    this.#slots.clear();
  }
}
