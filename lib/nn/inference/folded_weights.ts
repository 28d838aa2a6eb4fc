import { ResourceVariable, tf } from "../../tensorflow/mod.ts";
import type { Weights } from "../weights/weight_scope.ts";

/** The weights of a convolution that includes the normalisation after it. */
export interface FoldedKernel {
  kernel: ResourceVariable;
  /** `[outChannels]` */
  bias: ResourceVariable;
}

/**
 * Kernels with the following batch normalisation folded in, for inference. The running statistics are then constants,
 * and scaling the result of a convolution is the same as scaling its kernel.
 */
export class FoldedWeights {
  readonly #weights: Weights;
  readonly #folded = new Map<ResourceVariable, FoldedKernel>();

  constructor(weights: Weights) {
    this.#weights = weights;
    this.refresh();
  }

  /** Computes them again, after the weights changed. */
  refresh(): void {
    for (const { kernel, scale, offset, runningMean, runningVariance, epsilon } of this.#weights.normalized) {
      const [folded, bias] = tf.tidy(() => {
        const factor = tf.div(scale, tf.sqrt(tf.add(runningVariance, epsilon)));
        // Output channels are a kernel's last axis.
        return [tf.mul(kernel, factor), tf.sub(offset, tf.mul(runningMean, factor))];
      });
      const known = this.#folded.get(kernel);
      if (known) {
        known.kernel.assign(folded);
        known.bias.assign(bias);
      } else {
        this.#folded.set(kernel, {
          kernel: new ResourceVariable(folded, false, `${kernel.name}/folded`),
          bias: new ResourceVariable(bias, false, `${kernel.name}/bias`),
        });
      }
      tf.dispose([folded, bias]);
    }
  }

  /** Returns the folded form of a kernel, if a batch normalisation follows it. */
  get(kernel: ResourceVariable): FoldedKernel | undefined {
    return this.#folded.get(kernel);
  }

  dispose(): void {
    for (const { kernel, bias } of this.#folded.values()) tf.dispose([kernel, bias]);
    this.#folded.clear();
  }
}
