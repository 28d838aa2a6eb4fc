import { executeOp, ResourceVariable, tf, typeAttribute } from "../tensorflow/mod.ts";

/** Initial scale, and number of steps without overflow after which it doubles, as in PyTorch's `GradScaler`. */
const FIRST_SCALE = 2 ** 16, GROWTH_INTERVAL = 2000;

/** A loss and its gradients by variable name. */
type LossGradients = ReturnType<typeof tf.variableGrads>;

/** Runs an op on float32 tensors. */
function run(op: string, ...inputs: tf.Tensor[]): tf.Tensor {
  return executeOp(op, [typeAttribute("T", "float32")], inputs, 1)[0];
}

/**
 * Dynamic loss scaling (Micikevicius et al. 2018). float16 has no numbers between 0 and 6 · 10⁻⁸, and the share of a
 * pixel in a mean loss is smaller. The loss is therefore multiplied by a scale before it is differentiated, and the
 * gradients are divided by it. If a number overflows, the step is skipped and the scale is halved; after 2,000 steps
 * without overflow, it doubles. The scale and the number of steps are variables: they change within a compiled step,
 * and are part of a checkpoint.
 */
export class LossScaling {
  readonly #scale = scalarVariable(FIRST_SCALE, "loss_scale");
  /** Steps since the scale changed. */
  readonly #steps = scalarVariable(0, "loss_scale.steps");

  state(): ResourceVariable[] {
    return [this.#scale, this.#steps];
  }

  /** Returns the scaled loss, which is to be differentiated. */
  scale(loss: tf.Scalar): tf.Scalar {
    return tf.mul(loss, this.#scale);
  }

  /**
   * Divides a loss and its gradients by the scale, and adapts the scale.
   *
   * @returns the unscaled loss and gradients (zeros if a number overflowed), and whether no number overflowed
   */
  unscale({ value, grads }: LossGradients): LossGradients & { finite: tf.Scalar } {
    const inverse = tf.div(1, this.#scale), zero = tf.scalar(0);
    // Half the sum of all squares: not finite if any number is not.
    const finite = tf.isFinite(tf.addN(Object.values(grads).map((gradient) => run("L2Loss", gradient)))) as tf.Scalar;
    const factor = tf.where(finite, inverse, zero);
    // A product with zero is zero, even for infinity and NaN.
    const unscaled = Object.entries(grads).map(([name, gradient]) =>
      [name, run("MulNoNan", gradient, factor)] as const
    );
    const loss = tf.mul(value, inverse) as tf.Scalar;
    const steps = tf.where(finite, tf.add(this.#steps, 1), zero);
    const grows = tf.greaterEqual(steps, GROWTH_INTERVAL);
    const change = tf.where(finite, tf.where(grows, tf.scalar(2), tf.scalar(1)), tf.scalar(0.5));
    this.#scale.assign(tf.mul(this.#scale, change));
    this.#steps.assign(tf.where(grows, zero, steps));
    return { value: loss, grads: Object.fromEntries(unscaled), finite };
  }

  reset(): void {
    tf.tidy(() => {
      this.#scale.assign(tf.scalar(FIRST_SCALE));
      this.#steps.assign(tf.scalar(0));
    });
  }
}

function scalarVariable(value: number, name: string): ResourceVariable {
  const scalar = tf.scalar(value);
  const variable = new ResourceVariable(scalar, false, name);
  scalar.dispose();
  return variable;
}
