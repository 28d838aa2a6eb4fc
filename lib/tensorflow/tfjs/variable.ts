import * as tf from "@tensorflow/tfjs";
import type { Attribute } from "../ffi/attributes.ts";
import { typeAttribute } from "../ffi/attributes.ts";
import { dataForId, getBackend, getBinding, tensorId } from "./backend.ts";

/**
 * A `tf.Variable` whose memory TensorFlow owns: assigning to it, or updating it with a fused
 * optimiser op, changes that memory in place, in eager mode and within a compiled step.
 *
 * Reading it returns the current value; a tensor that was read before an update keeps the old value.
 */
export class ResourceVariable extends tf.Variable {
  readonly #resource: number;

  constructor(initial: tf.Tensor, trainable = true, name = "") {
    const engine = tf.engine();
    getBackend();
    const { value, resource } = getBinding().createVariable(tensorId(initial));
    const dataId = dataForId(value, [...initial.shape], getBackend().getDTypeInteger(initial.dtype), 0);
    const info = { dataId, shape: initial.shape, dtype: initial.dtype };
    super(
      info as unknown as tf.Tensor,
      trainable,
      name,
      (engine as unknown as { nextTensorId(): number }).nextTensorId(),
    );
    this.#resource = resource;
    engine.incRef(this, getBackend());
  }

  /** Number of times that it was written, by ops and by compiled steps. */
  get writes(): number {
    return getBinding().entry(tensorId(this)).writes;
  }

  /** Overwrites the current value by one of the same shape and dtype. */
  override assign(value: tf.Tensor): void {
    if (value.dtype !== this.dtype || !tf.util.arraysEqual(value.shape, this.shape)) {
      throw new RangeError(
        `A variable of [${this.shape}] ${this.dtype} cannot take a value of [${value.shape}] ${value.dtype}`,
      );
    }
    this.update("AssignVariableOp", [typeAttribute("dtype", this.dtype)], [this], [value]);
  }

  /**
   * Runs an op whose inputs are resources followed by tensors, such as `ResourceApplyAdam`.
   *
   * @param variables the variables whose resources the op updates, including this one
   */
  update(
    op: string,
    attributes: Attribute[],
    variables: readonly ResourceVariable[],
    inputs: readonly tf.Tensor[],
  ): void {
    getBinding().executeOp(op, attributes, [
      ...variables.map((variable) => variable.#resource),
      ...inputs.map(tensorId),
    ], 0);
  }

  override dispose(): void {
    getBinding().deleteTensor(this.#resource);
    super.dispose();
  }
}
