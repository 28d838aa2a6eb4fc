import type { Entry } from "../tfjs/entry.ts";
import type { Graph, Output } from "../ffi/graph.ts";
import { cString } from "../ffi/symbols.ts";

/** Bytes up to which equal constants share a node. */
const SMALL_CONSTANT = 64n;

/** A graph's constants. Equal constants of few bytes (shapes, offsets) share one node. */
export class ConstantPool {
  readonly #nodes = new Map<Entry, Output>();
  readonly #small = new Map<string, Output>();

  constructor(readonly graph: Graph) {}

  /** Returns the constant node of a tensor's value. */
  node(entry: Entry): Output {
    const known = this.#nodes.get(entry);
    if (known) return known;
    const { symbols, status } = this.graph.context;
    const tensor = symbols.TFE_TensorHandleResolve(entry.handle, status);
    const key = this.#smallValue(tensor, entry);
    let output = key === undefined ? undefined : this.#small.get(key);
    output ??= this.graph.add("Const", {
      set: (node) => {
        symbols.TF_SetAttrTensor(node, cString("value"), tensor, status);
        symbols.TF_SetAttrType(node, cString("dtype"), entry.dtype);
      },
    });
    symbols.TF_DeleteTensor(tensor);
    this.#nodes.set(entry, output);
    if (key !== undefined) this.#small.set(key, output);
    return output;
  }

  /** Returns the key of a small constant: type, shape and bytes. */
  #smallValue(tensor: bigint, { dtype, shape }: Entry): string | undefined {
    const { symbols } = this.graph.context;
    const size = symbols.TF_TensorByteSize(tensor);
    if (size > SMALL_CONSTANT) return undefined;
    const bytes = new Uint8Array(Number(size));
    if (size > 0n) symbols.copyFromAddress(bytes, symbols.TF_TensorData(tensor), size);
    return `${dtype} ${shape} ${bytes}`;
  }
}
