import { DataType, dataTypeSize } from "../ffi/dtype.ts";
import type { Output } from "../ffi/graph_node.ts";
import type { Binding } from "../tfjs/binding.ts";
import type { Entry } from "../tfjs/entry.ts";
import { type Convolution, ConvolutionFuser, type TracedOp } from "./convolution_fuser.ts";
import type { FrozenValues } from "./frozen_values.ts";
import { kernelCopies } from "./kernel_copies.ts";

/** Most bytes of a value that becomes a node of the graph. Larger ones are inputs of it: a graph is copied. */
const LARGEST_NODE = 64;

/** An op of a frozen step. */
interface FrozenOp extends Omit<TracedOp, "shapes"> {
  /** Ids of its inputs. */
  ids: readonly number[];
}

/** What is particular to the trace of one signature of a frozen step. */
export class FrozenStep {
  readonly #fuser = new ConvolutionFuser();
  /** Bytes of the kernels of which oneDNN keeps a copy. */
  #keptBytes = 0;

  constructor(readonly binding: Binding, readonly values: FrozenValues) {}

  /** Returns whether a tensor's value does not depend on the arguments of the step. */
  isFrozen(id: number): boolean {
    const { kind } = this.binding.entry(id);
    return kind === "eager" || kind === "variable";
  }

  /** Returns the id of a frozen tensor's value, cast to another type if one is given. */
  value(id: number, type?: number): number {
    const value = this.binding.entry(id).kind === "variable" ? this.values.ofVariable(id) : id;
    return type === undefined ? value : this.values.cast(value, type);
  }

  /** Returns whether a value becomes a node of the graph, and not an input. */
  isNode({ dtype, bytes }: Entry): boolean {
    return dtype === DataType.int32 || bytes <= LARGEST_NODE;
  }

  /** Returns the convolution that computes an op's result, together with the ops before it; `undefined` if none does. */
  combine({ ids, ...op }: FrozenOp): Convolution | undefined {
    const entries = ids.map((id) => this.binding.entry(id));
    return this.#fuser.fuse({ ...op, shapes: entries.map(({ shape }) => shape) }, () => {
      const [, kernel] = entries;
      const bytes = kernel.shape.reduce((size, side) => size * side, dataTypeSize(op.type));
      const keeps = this.isFrozen(ids[1]) && kernelCopies.reserve(bytes);
      if (keeps) this.#keptBytes += bytes;
      return keeps;
    });
  }

  /** Remembers what a node computes, so that later ops can be combined with it. */
  remember(output: Output, { op, inputs, ids }: FrozenOp, convolution?: Convolution): void {
    if (convolution) this.#fuser.remember(output, convolution);
    if (op !== "PadV2") return;
    const [sides, value] = this.binding.untraced(() => [ids[1], ids[2]].map((id) => this.binding.tensorDataSync(id)));
    if (value[0] === 0) this.#fuser.rememberPadding(output, { x: inputs[0], sides: [...sides] });
  }

  /** Gives back the memory that is reserved for oneDNN's copies, and frees the values that only this signature read. */
  free(): void {
    kernelCopies.release(this.#keptBytes);
    this.#keptBytes = 0;
    this.values.prune();
  }
}
