import { executeOp, ResourceVariable, tf, typeAttribute } from "../tensorflow/mod.ts";

/** Where the scale begins, and after how many steps without overflow it doubles: PyTorch's `GradScaler`'s. */
const FIRST_SCALE = 2 ** 16, GROWTH_INTERVAL = 2000;

/** A loss and its gradients by variable name. */
type LossGradients = ReturnType<typeof tf.variableGrads>;

/** An op on float32 tensors. */
function run(op: string, ...inputs: tf.Tensor[]): tf.Tensor {
  return executeOp(op, [typeAttribute("T", "float32")], inputs, 1)[0];
}

/**
 * Dynamic loss scaling (Micikevicius et al. 2018): float16 knows nothing between 0 and 6 · 10⁻⁸, and a pixel's share in a mean
 * loss is smaller than that. The loss is multiplied before it is differentiated, the gradients are divided. Where a
 * number overflows the step is left out and the scale halved; after 2,000 steps without, it doubles. Both numbers live in
 * variables: they change within a compiled step, and are part of a checkpoint.
 */
export class LossScaling {
  readonly #scale = scalarVariable(FIRST_SCALE, "loss_scale");
  /** Steps since the scale changed. */
  readonly #steps = scalarVariable(0, "loss_scale.steps");

  state(): ResourceVariable[] {
    return [this.#scale, this.#steps];
  }

  /** The loss that is to be differentiated. */
  scale(loss: tf.Scalar): tf.Scalar {
    return tf.mul(loss, this.#scale);
  }

  /**
   * Takes the scale out of a loss and its gradients, and adapts it.
   *
   * @returns both at the loss's own scale, the gradients as zeros if any number overflowed, and whether none did
   */
  unscale({ value, grads }: LossGradients): LossGradients & { finite: tf.Scalar } {
    const inverse = tf.div(1, this.#scale), zero = tf.scalar(0);
    // Half the sum of all squares: not finite if any number is not.
    const finite = tf.isFinite(tf.addN(Object.values(grads).map((gradient) => run("L2Loss", gradient)))) as tf.Scalar;
    const factor = tf.where(finite, inverse, zero);
    // What it multiplies by zero is zero, whatever it was.
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
