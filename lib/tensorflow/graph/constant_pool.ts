import type { Context } from "../ffi/context.ts";
import type { Entry } from "../tfjs/entry.ts";
import type { Graph } from "../ffi/graph.ts";
import type { Output } from "../ffi/graph_node.ts";
import { cString } from "../ffi/symbols.ts";

/** Bytes up to which equal constants share a node. */
const SMALL_CONSTANT = 64;

/** A graph's constants. Equal constants of few bytes (shapes, offsets) share one node. */
export class ConstantPool {
  readonly #nodes = new Map<Entry, Output>();
  readonly #small = new Map<string, Output>();

  /** @param digested whether the graph has a digest, which covers large constants too */
  constructor(readonly graph: Graph, readonly digested = false) {}

  /** Returns the constant node of a tensor's value. */
  node(entry: Entry): Output {
    const known = this.#nodes.get(entry);
    if (known) return known;
    const { symbols, status } = this.graph.context;
    const key = smallValue(this.graph.context, entry, SMALL_CONSTANT);
    let output = key === undefined ? undefined : this.#small.get(key);
    if (!output) {
      const tensor = symbols.TFE_TensorHandleResolve(entry.handle, status);
      output = this.graph.add("Const", {
        content: key ?? (this.digested ? smallValue(this.graph.context, entry, Infinity) : undefined),
        set: (node) => {
          symbols.TF_SetAttrTensor(node, cString("value"), tensor, status);
          symbols.TF_SetAttrType(node, cString("dtype"), entry.dtype);
        },
      });
      symbols.TF_DeleteTensor(tensor);
    }
    this.#nodes.set(entry, output);
    if (key !== undefined) this.#small.set(key, output);
    return output;
  }
}

/** Returns type, shape and bytes of a tensor as text, unless it has more than `limit` bytes. */
export function smallValue(
  { symbols, status }: Context,
  { handle, dtype, shape, bytes }: Entry,
  limit: number,
): string | undefined {
  if (bytes > limit) return undefined;
  const tensor = symbols.TFE_TensorHandleResolve(handle, status);
  const values = new Uint8Array(bytes), size = symbols.TF_TensorByteSize(tensor);
  // A tensor of strings has other bytes than its entry says.
  const plain = size === BigInt(bytes);
  if (plain && bytes > 0) symbols.copyFromAddress(values, symbols.TF_TensorData(tensor), size);
  symbols.TF_DeleteTensor(tensor);
  return plain ? `${dtype} ${shape} ${values}` : undefined;
}
