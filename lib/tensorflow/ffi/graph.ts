import { AttributeType, setAttribute } from "./attributes.ts";
import type { Context } from "./context.ts";
import { GraphDigest } from "./graph_digest.ts";
import type { NewNode, Output } from "./graph_node.ts";
import { type InputArgument, opDefInputs } from "./protobuf.ts";
import { cString } from "./symbols.ts";

/** The input definitions of TensorFlow's ops by name: the same in all graphs. */
const definitions = new Map<string, InputArgument[]>();

/** Packs outputs as `TF_Output[]`: an 8-byte pointer, a 4-byte index, 4 unused bytes. */
function packOutputs(outputs: readonly Output[]): Uint8Array<ArrayBuffer> {
  const packed = new DataView(new ArrayBuffer(16 * outputs.length));
  outputs.forEach(({ operation, index }, i) => {
    packed.setBigUint64(16 * i, operation, true);
    packed.setInt32(16 * i + 8, index, true);
  });
  return new Uint8Array(packed.buffer);
}

/** A `TF_Graph`. */
export class Graph {
  readonly handle: bigint;
  #nodes = 0;
  readonly #digest: GraphDigest | undefined;

  /** @param digested whether functions of the graph are named by its digest */
  constructor(readonly context: Context, digested = false) {
    this.handle = context.symbols.TF_NewGraph();
    if (digested) this.#digest = new GraphDigest();
  }

  /** Number of nodes added. */
  get nodes(): number {
    return this.#nodes;
  }

  /**
   * Adds a node.
   *
   * @returns the node's first output
   * @throws {Error} if TensorFlow rejects it.
   */
  add(op: string, newNode: NewNode = {}): Output {
    const { attributes = [], inputs = [], control = [], name = op, set, fail } = newNode;
    const { symbols, status } = this.context;
    const node = symbols.TF_NewOperation(this.handle, cString(op), cString(`${name}_${this.#nodes++}`));
    for (const input of inputs) {
      if ("length" in input) symbols.TF_AddInputList(node, packOutputs(input), input.length);
      else symbols.TF_AddInput(node, packOutputs([input]));
    }
    for (const operation of control) symbols.TF_AddControlInput(node, operation);
    for (const attribute of attributes) setAttribute(symbols, { node }, attribute);
    set?.(node);
    const operation = symbols.TF_FinishOperation(node, status);
    if (fail && symbols.TF_GetCode(status) !== 0) throw fail(this.context.message());
    this.context.check(name);
    this.#digest?.add(op, newNode, operation);
    return { operation, index: 0 };
  }

  /** Adds an input of the graph. */
  placeholder(shape: readonly number[], dtype: number): Output {
    return this.add("Placeholder", {
      attributes: [
        { name: "dtype", type: AttributeType.type, value: dtype },
        { name: "shape", type: AttributeType.shape, value: [...shape] },
      ],
    });
  }

  /** Returns an output's type, a value of `DataType`. */
  type(output: Output): number {
    return this.context.symbols.TF_OperationOutputType(packOutputs([output]));
  }

  /** Returns an output's shape, or `undefined` if it depends on values. */
  shape(output: Output): number[] | undefined {
    const { symbols, status } = this.context;
    const packed = packOutputs([output]);
    const rank = symbols.TF_GraphGetTensorNumDims(this.handle, packed, status);
    const dims = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) symbols.TF_GraphGetTensorShape(this.handle, packed, dims, rank, status);
    const shape = Array.from(dims, Number);
    return rank < 0 || shape.some((side) => side < 0) ? undefined : shape;
  }

  /** Sets a shape that TensorFlow cannot infer. */
  setShape(output: Output, shape: readonly number[]): void {
    const { symbols, status } = this.context;
    const dims = BigInt64Array.from(shape, BigInt);
    symbols.TF_GraphSetTensorShape(this.handle, packOutputs([output]), dims, dims.length, status);
    this.context.check("TF_GraphSetTensorShape");
  }

  /** Returns the input definitions of an op. */
  opInputs(op: string): InputArgument[] {
    let inputs = definitions.get(op);
    if (!inputs) {
      const { symbols, status } = this.context;
      const buffer = symbols.TF_NewBuffer();
      symbols.TF_GraphGetOpDef(this.handle, cString(op), buffer, status);
      this.context.check(op);
      const bytes = this.context.readBuffer(buffer);
      symbols.TF_DeleteBuffer(buffer);
      definitions.set(op, inputs = opDefInputs(bytes));
    }
    return inputs;
  }

  /**
   * Registers the graph as a TensorFlow function. The graph may be freed afterwards.
   *
   * @param prefix name of the function, which the digest follows if the graph has one
   * @param outputs distinct nodes, none of them an input
   * @param control operations that run in every call
   * @returns the function's name
   */
  toFunction(
    prefix: string,
    inputs: readonly Output[],
    outputs: readonly Output[],
    control: readonly bigint[],
  ): string {
    const { symbols, status } = this.context;
    const digest = this.#digest?.end(inputs, outputs, control);
    const name = digest === undefined ? prefix : `${prefix}_${digest}`;
    const created = symbols.TF_GraphToFunctionWithControlOutputs(
      this.handle,
      cString(name),
      0,
      -1,
      0n,
      inputs.length,
      packOutputs(inputs),
      outputs.length,
      packOutputs(outputs),
      0n,
      control.length,
      BigUint64Array.from(control),
      0n,
      0n,
      0n,
      status,
    );
    this.context.check(`compile ${name}`);
    symbols.TFE_ContextAddFunction(this.context.handle, created, status);
    symbols.TF_DeleteFunction(created);
    this.context.check(`compile ${name}`);
    return name;
  }

  /** Frees the graph. */
  dispose(): void {
    this.context.symbols.TF_DeleteGraph(this.handle);
  }
}
