import { type Attribute, AttributeType, setAttribute } from "./attributes.ts";
import { type Binding, type Entry, leaked, type OutputMetadata } from "./binding.ts";
import type { Device } from "./context.ts";
import { DataType, dataTypeSize } from "./dtype.ts";
import { callerLocation, TraceError } from "./errors.ts";
import { peakBytes, type PlannedOp } from "./memory_plan.ts";
import { configProto, type InputArgument, opDefInputs } from "./protobuf.ts";
import { type Precision, runsIn16Bit, tracedType } from "./precision.ts";
import { cString } from "./symbols.ts";

/** An output of a node: `TF_Output`. */
interface Output {
  operation: bigint;
  index: number;
}

/** Ops that draw from a state of their own: in a compiled step their draws could not be repeated. */
const STATEFUL_RANDOM = new Set([
  "RandomUniform",
  "RandomUniformInt",
  "RandomStandardNormal",
  "TruncatedNormal",
  "RandomGamma",
  "Multinomial",
]);

/** Outputs that only the op's own gradient reads, and whose shape the device decides. */
const OPAQUE_OUTPUTS = new Set(["FusedBatchNormV3:5"]);

/** Bytes up to which equal constants share a node. */
const SMALL_CONSTANT = 64n;

const opDefs = new Map<string, InputArgument[]>();

/** Memory for `TF_Output[]`: an 8-byte pointer, a 4-byte index, 4 bytes unused. */
function packOutputs(outputs: readonly Output[]): Uint8Array<ArrayBuffer> {
  const packed = new DataView(new ArrayBuffer(16 * outputs.length));
  outputs.forEach(({ operation, index }, i) => {
    packed.setBigUint64(16 * i, operation, true);
    packed.setInt32(16 * i + 8, index, true);
  });
  return new Uint8Array(packed.buffer);
}

/** A function that TensorFlow knows, with one result. */
export interface CalledFunction {
  name: string;
  /** Of its result. */
  shape: number[];
  dtype: number;
  /** Bytes that its tensors take at once, beside its result. */
  scratch: number;
}

/** A tensor's name in the memory plan. */
function nameOf({ operation, index }: Output): string {
  return `${operation}:${index}`;
}

/** A tensor in the memory plan. */
function plannedTensor(output: Output, shape: readonly number[], dtype: number): PlannedOp["outputs"][number] {
  return { name: nameOf(output), bytes: shape.reduce((product, side) => product * side, dataTypeSize(dtype)) };
}

/**
 * A step while it is being traced: a `TF_Graph` that grows by one node per op.
 *
 * With a 16 bit precision some ops run in 16 bit. The code that is traced sees float32 everywhere: a tensor is turned
 * into the type that an op reads where it is not there yet, once each way.
 */
export class Trace {
  readonly graph: bigint;
  /** Tensors from outside the step, in the order in which they became inputs. */
  readonly captures: { entry: Entry; id: number; output: Output }[] = [];
  nodes = 0;
  /** What the step's tensors take, op by op. */
  readonly ops: PlannedOp[] = [];
  readonly #firstOwnId: number;
  readonly #captured = new Map<Entry, Output>();
  /** Constants of few bytes (shapes, offsets), each of which is one node however often it is made. */
  readonly #constants = new Map<string, Output>();
  readonly #arguments: Output[] = [];
  /** The 16 bit type, if ops are to run in one. */
  readonly #half: number | undefined;
  /** Tensors in the other type than the one in which they were made. */
  readonly #casts = new Map<string, Output>();
  /** Per resource: who wrote it last, who read it since, and the value read. */
  readonly #order = new Map<Entry, { write?: bigint; reads: bigint[]; value?: Output }>();

  constructor(
    readonly binding: Binding,
    readonly name: string,
    readonly precision: Precision,
    readonly device: Device,
  ) {
    this.graph = binding.context.symbols.TF_NewGraph();
    this.#firstOwnId = binding.nextId;
    this.#half = tracedType(precision, device);
  }

  /** ` (at file:line)` of the code that is being traced, for messages. */
  where(): string {
    const place = callerLocation();
    return place ? ` (at ${place})` : "";
  }

  /** Adds an argument of the step; returns the symbolic tensor's id. */
  addArgument(shape: readonly number[], dtype: number): number {
    const output = this.#placeholder(shape, dtype);
    this.#arguments.push(output);
    return this.#symbolic(output, [...shape], dtype);
  }

  #symbolic(output: Output, shape: number[], dtype: number): number {
    const half = dtype === this.#half;
    return this.binding.add({
      kind: "symbolic",
      dtype: half ? DataType.float32 : dtype,
      shape,
      handle: 0n,
      node: { trace: this, operation: output.operation, index: output.index, half },
    });
  }

  #placeholder(shape: readonly number[], dtype: number): Output {
    return this.#node("Placeholder", [
      { name: "dtype", type: AttributeType.type, value: dtype },
      { name: "shape", type: AttributeType.shape, value: [...shape] },
    ], []);
  }

  /** Adds a node whose inputs are single tensors. */
  #node(op: string, attributes: Attribute[], inputs: Output[], control: bigint[] = []): Output {
    const { symbols, status } = this.binding.context;
    const node = symbols.TF_NewOperation(this.graph, cString(op), cString(`${op}_${this.nodes++}`));
    for (const input of inputs) symbols.TF_AddInput(node, packOutputs([input]));
    for (const operation of control) symbols.TF_AddControlInput(node, operation);
    for (const attribute of attributes) setAttribute(symbols, { node }, attribute);
    const operation = symbols.TF_FinishOperation(node, status);
    this.binding.context.check(op);
    return { operation, index: 0 };
  }

  /** The node that stands for a tensor where an op reads it, in 16 bit or not. */
  #input(id: number, op: string, half = false): Output {
    const output = this.#made(id, op);
    if (half === this.#isHalf(id)) return output;
    const { shape } = this.binding.entry(id);
    const [from, to] = half ? [DataType.float32, this.#half!] : [this.#half!, DataType.float32];
    const key = nameOf(output);
    let cast = this.#casts.get(key);
    if (!cast) {
      cast = this.#node("Cast", [
        { name: "SrcT", type: AttributeType.type, value: from },
        { name: "DstT", type: AttributeType.type, value: to },
      ], [output]);
      this.#casts.set(key, cast);
      this.ops.push({ op: "Cast", inputs: [key], outputs: [plannedTensor(cast, shape, to)] });
    }
    return cast;
  }

  /** Whether a tensor was made in 16 bit. */
  #isHalf(id: number): boolean {
    return this.binding.entry(id).node?.half ?? false;
  }

  #isConstant(id: number): boolean {
    return this.binding.entry(id).kind === "eager" && id >= this.#firstOwnId;
  }

  /** The node that made a tensor: its own, a constant's, or an input's. */
  #made(id: number, op: string): Output {
    const entry = this.binding.entry(id);
    switch (entry.kind) {
      case "symbolic":
        if (entry.node!.trace !== this) throw new TraceError(leaked(op));
        return entry.node!;
      case "resource":
        return this.#capture(this.binding.entry(entry.variableId!), entry.variableId!, DataType.resource, []);
      case "variable":
        return this.#read(entry, id);
      case "eager":
        return this.#isConstant(id) ? this.#constant(entry) : this.#capture(entry, id, entry.dtype, entry.shape);
    }
  }

  #capture(entry: Entry, id: number, dtype: number, shape: number[]): Output {
    let output = this.#captured.get(entry);
    if (!output) {
      output = this.#placeholder(shape, dtype);
      this.#captured.set(entry, output);
      this.captures.push({ entry, id, output });
      this.binding.retain(entry);
    }
    return output;
  }

  #constant(entry: Entry): Output {
    let output = this.#captured.get(entry);
    if (output) return output;
    const { symbols, status } = this.binding.context;
    const tensor = symbols.TFE_TensorHandleResolve(entry.handle, status);
    const key = this.#smallValue(tensor, entry);
    output = key === undefined ? undefined : this.#constants.get(key);
    if (output) {
      symbols.TF_DeleteTensor(tensor);
      this.#captured.set(entry, output);
      return output;
    }
    const node = symbols.TF_NewOperation(this.graph, cString("Const"), cString(`Const_${this.nodes++}`));
    symbols.TF_SetAttrTensor(node, cString("value"), tensor, status);
    symbols.TF_SetAttrType(node, cString("dtype"), entry.dtype);
    const operation = symbols.TF_FinishOperation(node, status);
    symbols.TF_DeleteTensor(tensor);
    this.binding.context.check("Const");
    output = { operation, index: 0 };
    this.#captured.set(entry, output);
    if (key !== undefined) this.#constants.set(key, output);
    return output;
  }

  /** What tells small constants apart: type, shape and bytes. */
  #smallValue(tensor: bigint, { dtype, shape }: Entry): string | undefined {
    const { symbols } = this.binding.context;
    const size = symbols.TF_TensorByteSize(tensor);
    if (size > SMALL_CONSTANT) return undefined;
    const bytes = new Uint8Array(Number(size));
    if (size > 0n) symbols.copyFromAddress(bytes, symbols.TF_TensorData(tensor), size);
    return `${dtype} ${shape} ${bytes}`;
  }

  #orderOf(entry: Entry): { write?: bigint; reads: bigint[]; value?: Output } {
    let order = this.#order.get(entry);
    if (!order) this.#order.set(entry, order = { reads: [] });
    return order;
  }

  #read(entry: Entry, id: number): Output {
    const order = this.#orderOf(entry);
    if (order.value) return order.value;
    const resource = this.#capture(entry, id, DataType.resource, []);
    const output = this.#node(
      "ReadVariableOp",
      [{ name: "dtype", type: AttributeType.type, value: entry.dtype }],
      [resource],
      order.write ? [order.write] : [],
    );
    this.#setShape(output, entry.shape);
    order.reads.push(output.operation);
    order.value = output;
    return output;
  }

  #inputsOf(op: string): InputArgument[] {
    let inputs = opDefs.get(op);
    if (!inputs) {
      const { symbols, status } = this.binding.context;
      const buffer = symbols.TF_NewBuffer();
      symbols.TF_GraphGetOpDef(this.graph, cString(op), buffer, status);
      this.binding.context.check(op);
      const bytes = this.binding.context.readBuffer(buffer);
      symbols.TF_DeleteBuffer(buffer);
      opDefs.set(op, inputs = opDefInputs(bytes));
    }
    return inputs;
  }

  /** Adds a call of a function; its result is a symbolic tensor. */
  addCall(called: CalledFunction, inputIds: number[]): OutputMetadata {
    const { symbols, status } = this.binding.context;
    const { name, shape, dtype, scratch } = called;
    const inputs = inputIds.map((id) => this.#input(id, name));
    const op = "PartitionedCall";
    const node = symbols.TF_NewOperation(this.graph, cString(op), cString(`${name}_${this.nodes++}`));
    symbols.TF_AddInputList(node, packOutputs(inputs), inputs.length);
    const types = inputIds.map((id) => this.binding.entry(id).dtype);
    const attributes: Attribute[] = [
      { name: "Tin", type: AttributeType.type, value: types },
      { name: "Tout", type: AttributeType.type, value: [dtype] },
      { name: "config_proto", type: AttributeType.string, value: configProto() },
    ];
    for (const attribute of attributes) setAttribute(symbols, { node }, attribute);
    const encoded = new TextEncoder().encode(name);
    symbols.TF_SetAttrFuncName(node, cString("f"), encoded, BigInt(encoded.length));
    const output = { operation: symbols.TF_FinishOperation(node, status), index: 0 };
    this.binding.context.check(name);
    this.#setShape(output, shape);
    this.ops.push({ op, inputs: inputs.map(nameOf), outputs: [plannedTensor(output, shape, dtype)], scratch });
    return { id: this.#symbolic(output, shape, dtype), shape, dtype };
  }

  /** Adds a node that passes a tensor on once another one is there; returns the passed tensor's id. */
  addWait(id: number, forId: number): number {
    const { shape } = this.binding.entry(id);
    const input = this.#made(id, "Identity");
    const output = this.#node("Identity", [], [input], [this.#made(forId, "Identity").operation]);
    const dtype = this.#isHalf(id) ? this.#half! : this.binding.entry(id).dtype;
    this.ops.push({ op: "Identity", inputs: [nameOf(input)], outputs: [plannedTensor(output, shape, dtype)] });
    return this.#symbolic(output, [...shape], dtype);
  }

  /** Tells the graph a shape that TensorFlow cannot infer. */
  #setShape(output: Output, shape: readonly number[]): void {
    const { symbols, status } = this.binding.context;
    const dims = BigInt64Array.from(shape, BigInt);
    symbols.TF_GraphSetTensorShape(this.graph, packOutputs([output]), dims, dims.length, status);
    this.binding.context.check("TF_GraphSetTensorShape");
  }

  /** Adds an op; its outputs are symbolic tensors. */
  addOp(op: string, attributes: Attribute[], inputIds: number[], numOutputs: number): OutputMetadata[] {
    if (STATEFUL_RANDOM.has(op)) {
      throw new TraceError(
        `${op} keeps a random state of its own${this.where()}, so that a compiled step could not be repeated: ` +
          "give the step a seed tensor and draw with randomUniform(shape, seed)",
      );
    }
    const { symbols, status } = this.binding.context;
    const lists = this.#argumentsOf(op, attributes, inputIds);
    const half = this.#runsIn16Bit(op, lists);
    if (half) {
      attributes = attributes.map((attribute) =>
        attribute.name === "T" ? { ...attribute, value: this.#half! } : attribute
      );
    }
    const given = lists.map(({ definition, ids }) => ({
      isList: definition.isList,
      outputs: ids.map((id) => this.#input(id, op, half && definition.typeAttribute === "T")),
    }));
    const inputs = given.flatMap(({ outputs }) => outputs);
    const node = symbols.TF_NewOperation(this.graph, cString(op), cString(`${op}_${this.nodes++}`));
    for (const { isList, outputs } of given) {
      if (isList) symbols.TF_AddInputList(node, packOutputs(outputs), outputs.length);
      else symbols.TF_AddInput(node, packOutputs(outputs));
    }
    for (const attribute of attributes) setAttribute(symbols, { node }, attribute);

    // An op that takes a resource updates it: after earlier reads and writes, before later ones.
    const written = inputIds.map((id) => this.binding.entry(id)).filter((entry) => entry.kind === "resource")
      .map((entry) => this.#orderOf(this.binding.entry(entry.variableId!)));
    for (const order of written) {
      for (const before of order.write ? [order.write, ...order.reads] : order.reads) {
        symbols.TF_AddControlInput(node, before);
      }
    }

    const operation = symbols.TF_FinishOperation(node, status);
    if (symbols.TF_GetCode(status) !== 0) {
      throw new TraceError(this.binding.describe(op, inputIds, this.binding.context.message()) + this.where());
    }
    for (const order of written) {
      order.write = operation;
      order.reads = [];
      order.value = undefined;
    }
    const outputs: OutputMetadata[] = [];
    const planned: PlannedOp["outputs"] = [];
    for (let index = 0; index < numOutputs; index++) {
      const output = { operation, index };
      const dtype = symbols.TF_OperationOutputType(packOutputs([output]));
      const shape = OPAQUE_OUTPUTS.has(`${op}:${index}`) ? [] : this.#shape(output, op, inputIds);
      const id = this.#symbolic(output, shape, dtype);
      outputs.push({ id, shape, dtype: this.binding.entry(id).dtype });
      planned.push(plannedTensor(output, shape, dtype));
    }
    this.ops.push({ op, inputs: inputs.map(nameOf), outputs: planned });
    return outputs;
  }

  /** The tensors of each of an op's inputs; those that are left out at the end have none. */
  #argumentsOf(
    op: string,
    attributes: Attribute[],
    inputIds: number[],
  ): { definition: InputArgument; ids: number[] }[] {
    const definitions = this.#inputsOf(op);
    let next = 0;
    return definitions.flatMap((definition, i) => {
      const counted = attributes.find((attribute) => attribute.name === definition.numberAttribute);
      const length = !definition.isList
        ? 1
        : typeof counted?.value === "number"
        ? counted.value
        : inputIds.length - next - (definitions.length - 1 - i);
      const ids = inputIds.slice(next, next += length);
      return ids.length || definition.isList ? [{ definition, ids }] : [];
    });
  }

  #runsIn16Bit(op: string, lists: { definition: InputArgument; ids: number[] }[]): boolean {
    if (this.#half === undefined) return false;
    const ids = lists.flatMap(({ definition, ids }) => definition.typeAttribute === "T" ? ids : []);
    return ids.every((id) => this.binding.entry(id).dtype === DataType.float32) &&
      runsIn16Bit(op, ids.map((id) => ({ half: this.#isHalf(id), constant: this.#isConstant(id) })));
  }

  #shape(output: Output, op: string, inputIds: number[]): number[] {
    const { symbols, status } = this.binding.context;
    const packed = packOutputs([output]);
    const rank = symbols.TF_GraphGetTensorNumDims(this.graph, packed, status);
    const dims = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) symbols.TF_GraphGetTensorShape(this.graph, packed, dims, rank, status);
    const shape = Array.from(dims, Number);
    if (rank < 0 || shape.some((side) => side < 0)) {
      throw new TraceError(
        this.binding.describe(op, inputIds, "the shape of its result depends on the values") + this.where() +
          ": such an op cannot be compiled; run it outside the step",
      );
    }
    return shape;
  }

  /**
   * Closes the trace: the graph becomes a TensorFlow function that takes the arguments, then the
   * captures, and returns the tensors `outputIds`.
   */
  finish(outputIds: readonly number[]): void {
    const { symbols, status } = this.binding.context;
    const seen = new Set<string>();
    const inputs = () => [...this.#arguments, ...this.captures.map((capture) => capture.output)];
    const outputs = outputIds.map((id) => {
      const output = this.#input(id, "return");
      const key = `${output.operation}:${output.index}`;
      const isInput = inputs().some((input) => input.operation === output.operation);
      if (!isInput && !seen.has(key)) {
        seen.add(key);
        return output;
      }
      // A function's outputs are distinct nodes, and none is an input.
      return this.#node("Identity", [], [output]);
    });
    // One op may have written several resources.
    const writes = [...new Set([...this.#order.values()].flatMap((order) => order.write ? [order.write] : []))];
    const allInputs = inputs();
    const created = symbols.TF_GraphToFunctionWithControlOutputs(
      this.graph,
      cString(this.name),
      0,
      -1,
      0n,
      allInputs.length,
      packOutputs(allInputs),
      outputs.length,
      packOutputs(outputs),
      0n,
      writes.length,
      BigUint64Array.from(writes),
      0n,
      0n,
      0n,
      status,
    );
    this.binding.context.check(`compile ${this.name}`);
    symbols.TFE_ContextAddFunction(this.binding.context.handle, created, status);
    symbols.TF_DeleteFunction(created);
    this.binding.context.check(`compile ${this.name}`);
  }

  /** Peak of the step's tensors in bytes; see `peakBytes`. */
  peakBytes(outputIds: readonly number[]): number {
    return peakBytes(this.ops, outputIds.map((id) => nameOf(this.#input(id, "return"))));
  }

  /** Frees the graph; after {@linkcode finish} the function lives on without it. */
  dispose(): void {
    this.binding.context.symbols.TF_DeleteGraph(this.graph);
  }
}
