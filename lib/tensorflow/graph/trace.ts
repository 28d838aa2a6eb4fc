import { type Attribute, AttributeType } from "../ffi/attributes.ts";
import type { Binding } from "../tfjs/binding.ts";
import { CastPool } from "./cast_pool.ts";
import { ConstantPool } from "./constant_pool.ts";
import type { Device } from "../ffi/context.ts";
import { DataType } from "../ffi/dtype.ts";
import { type Entry, leakedTensor } from "../tfjs/entry.ts";
import { callerLocation, TraceError } from "../ffi/errors.ts";
import { convolutionNode } from "./convolution_fuser.ts";
import { FrozenStep } from "./frozen_step.ts";
import type { FrozenValues } from "./frozen_values.ts";
import { giveInputs, type GivenInput } from "./given_inputs.ts";
import { Graph } from "../ffi/graph.ts";
import { type Output, outputName } from "../ffi/graph_node.ts";
import { runsIn16Bit } from "./half_ops.ts";
import { peakBytes, type PlannedOp } from "./memory_plan.ts";
import { plannedTensor } from "./planned_tensor.ts";
import { configProto } from "../ffi/protobuf.ts";
import { type Precision, tracedType } from "../ffi/precision.ts";
import { ResourceOrder } from "./resource_order.ts";
import { OPAQUE_OUTPUTS, STATEFUL_RANDOM } from "./special_ops.ts";
import { cString } from "../ffi/symbols.ts";
import type { CalledFunction, OutputMetadata, OwnOp, Tracer } from "../tfjs/tracer.ts";

/**
 * A step that is being traced: a graph that grows by one node per op.
 *
 * With a 16-bit precision, some ops run in 16 bits. The traced code sees float32 everywhere: a tensor is cast to the
 * type that an op reads, at most once in each direction.
 */
export class Trace implements Tracer {
  readonly graph: Graph;
  /** Tensors captured from outside the step, in the order of their inputs. */
  readonly captures: { entry: Entry; id: number; output: Output }[] = [];
  /** The step's ops with the memory of their tensors. */
  readonly ops: PlannedOp[] = [];
  readonly #firstOwnId: number;
  readonly #arguments: Output[] = [];
  readonly #captured = new Map<Entry, Output>();
  readonly #constants: ConstantPool;
  readonly #order = new ResourceOrder();
  /** Casts to and from 16 bits, if ops run in 16 bits. */
  readonly #casts: CastPool | undefined;
  /** Present if the step is frozen. */
  readonly frozen: FrozenStep | undefined;
  /** What is disposed of when the step is freed. */
  readonly kept = new DisposableStack();

  /**
   * @param values the values that do not change, if the step is frozen
   * @param xla whether XLA compiles the function, which is named by its content then
   * @param halfMaps see `CompileOptions.halfMaps`
   */
  constructor(
    readonly binding: Binding,
    readonly name: string,
    readonly precision: Precision,
    readonly device: Device,
    values?: FrozenValues,
    readonly xla = false,
    readonly halfMaps = false,
  ) {
    this.graph = new Graph(binding.context, xla);
    this.#firstOwnId = binding.nextId;
    this.#constants = new ConstantPool(this.graph, xla);
    // TensorFlow's rewrite would undo what a frozen step has combined, and XLA compiles what is traced.
    const isFinal = values !== undefined || xla && device === "CPU";
    const half = tracedType(isFinal && precision === "mixed" ? "mixed-bfloat16" : precision, device);
    this.frozen = values && new FrozenStep(binding, values);
    this.#casts = half === undefined ? undefined : new CastPool(this.graph, half, this.ops);
  }

  get half(): number | undefined {
    return this.#casts?.half;
  }

  location(): string {
    const place = callerLocation();
    return place ? ` (at ${place})` : "";
  }

  addArgument(shape: readonly number[], dtype: number): number {
    const output = this.graph.placeholder(shape, dtype);
    this.#arguments.push(output);
    return this.#symbolic(output, [...shape], dtype);
  }

  keep(resource: Disposable): void {
    this.kept.use(resource);
  }

  addCall(called: CalledFunction, inputIds: number[]): OutputMetadata {
    const { name, shape, dtype, scratch } = called;
    const inputs = inputIds.map((id) => this.#input(id, name));
    const op = "PartitionedCall";
    const function_ = new TextEncoder().encode(name);
    const output = this.graph.add(op, {
      name,
      inputs: [inputs],
      attributes: [
        { name: "Tin", type: AttributeType.type, value: inputIds.map((id) => this.binding.entry(id).dtype) },
        { name: "Tout", type: AttributeType.type, value: [dtype] },
        { name: "config_proto", type: AttributeType.string, value: configProto() },
      ],
      set: (node) =>
        this.binding.context.symbols.TF_SetAttrFuncName(node, cString("f"), function_, BigInt(function_.length)),
      content: name,
    });
    this.graph.setShape(output, shape);
    this.ops.push({ op, inputs: inputs.map(outputName), outputs: [plannedTensor(output, shape, dtype)], scratch });
    return { id: this.#symbolic(output, shape, dtype), shape, dtype };
  }

  isHalf(id: number): boolean {
    return this.binding.entry(id).node?.half ?? false;
  }

  toHalf(id: number): OutputMetadata {
    const { shape } = this.binding.entry(id), output = this.#input(id, "Cast", true);
    return { id: this.#symbolic(output, [...shape], this.#casts!.half), shape: [...shape], dtype: DataType.float32 };
  }

  addControlDependency(id: number, afterIds: readonly number[]): number {
    const op = "Identity";
    const { shape, dtype } = this.binding.entry(id);
    const input = this.#made(id, op);
    const control = afterIds.map((afterId) => this.#made(afterId, op).operation);
    const output = this.graph.add(op, { inputs: [input], control });
    const madeType = this.isHalf(id) ? this.#casts!.half : dtype;
    this.ops.push({ op, inputs: [outputName(input)], outputs: [plannedTensor(output, shape, madeType)] });
    return this.#symbolic(output, [...shape], madeType);
  }

  addOp(
    op: string,
    attributes: Attribute[],
    inputIds: number[],
    numOutputs: number,
    own?: OwnOp,
  ): OutputMetadata[] {
    if (STATEFUL_RANDOM.has(op)) {
      throw new TraceError(
        `${op} draws from a random state${this.location()}, so that a compiled step could not be repeated: ` +
          "give the step a seed tensor and draw with randomUniform(shape, seed)",
      );
    }
    if (this.frozen && inputIds.every((id) => this.frozen!.isFrozen(id))) {
      return this.frozen.values.compute(op, attributes, inputIds, numOutputs);
    }
    const given = giveInputs(this.graph.opInputs(op), attributes, inputIds);
    const half = this.#runsIn16Bit(op, given);
    const inputs = given.map(({ definition, ids }) => {
      const outputs = ids.map((id, i) =>
        this.#input(id, op, own?.halfInputs?.[i] ?? (half && definition.typeAttribute === "T"))
      );
      return definition.isList ? outputs : outputs[0];
    });
    // Every op with a resource among its inputs updates it.
    const written = inputIds.map((id) => this.binding.entry(id)).filter(({ kind }) => kind === "resource")
      .map(({ variableId }) => this.binding.entry(variableId!));
    const traced = {
      op,
      attributes: half
        ? attributes.map((each) => each.name === "T" ? { ...each, value: this.#casts!.half } : each)
        : attributes,
      inputs: inputs.flat(),
      ids: inputIds,
      type: half ? this.#casts!.half : DataType.float32,
    };
    const combined = this.frozen?.combine(traced);
    const node = combined ? convolutionNode(combined) : { ...traced, inputs };
    const output = this.graph.add(node.op, {
      name: own?.name,
      attributes: node.attributes,
      inputs: node.inputs,
      control: this.#order.beforeWrite(written),
      fail: (message) => this.#refused(op, inputIds, message),
    });
    this.#order.addWrite(written, output.operation);
    own?.shapes.forEach((shape, index) => this.graph.setShape({ ...output, index }, shape));
    this.frozen?.remember(output, traced, combined);
    const planned = own?.sharesInput ? "Identity" : node.op;
    return this.#addOutputs(planned, output.operation, node.inputs.flat(), inputIds, numOutputs);
  }

  /** The variables that the step writes. */
  written(): Entry[] {
    return this.#order.written();
  }

  /** Makes symbolic tensors of an op's outputs, and adds the op to the memory plan. */
  #addOutputs(op: string, operation: bigint, inputs: Output[], inputIds: number[], count: number): OutputMetadata[] {
    const planned: PlannedOp["outputs"] = [];
    const outputs = Array.from({ length: count }, (_, index) => {
      const output = { operation, index };
      const dtype = this.graph.type(output);
      const shape = OPAQUE_OUTPUTS.has(`${op}:${index}`) ? [] : this.graph.shape(output);
      if (!shape) {
        const { message } = this.#refused(op, inputIds, "the shape of its result depends on the values");
        throw new TraceError(`${message}: such an op cannot be compiled; run it outside the step`);
      }
      const id = this.#symbolic(output, shape, dtype);
      planned.push(plannedTensor(output, shape, dtype));
      return { id, shape, dtype: this.binding.entry(id).dtype };
    });
    this.ops.push({ op, inputs: inputs.map(outputName), outputs: planned });
    return outputs;
  }

  #refused(op: string, inputIds: number[], message: string): TraceError {
    return new TraceError(this.binding.describe(op, inputIds, message) + this.location());
  }

  #runsIn16Bit(op: string, given: readonly GivenInput[]): boolean {
    if (!this.#casts) return false;
    const ids = given.flatMap(({ definition, ids }) => definition.typeAttribute === "T" ? ids : []);
    return ids.every((id) => this.binding.entry(id).dtype === DataType.float32) &&
      runsIn16Bit(
        // In training, sums of maps stay in 32 bits, unless the step says otherwise.
        this.frozen && op === "Add" ? "AddV2" : op,
        ids.map((id) => ({ half: this.isHalf(id), constant: this.#isConstant(id) })),
        this.halfMaps,
      );
  }

  #symbolic(output: Output, shape: number[], dtype: number): number {
    const half = dtype === this.#casts?.half;
    return this.binding.add({
      kind: "symbolic",
      dtype: half ? DataType.float32 : dtype,
      shape,
      handle: 0n,
      node: { trace: this, operation: output.operation, index: output.index, half },
    });
  }

  /** Returns the output that an op reads for a tensor, in 16 bits or not. */
  #input(id: number, op: string, half = false): Output {
    if (this.frozen?.isFrozen(id)) return this.#made(this.frozen.value(id, half ? this.#casts!.half : undefined), op);
    const output = this.#made(id, op);
    return half === this.isHalf(id) ? output : this.#casts!.cast(output, this.binding.entry(id).shape, half);
  }

  #isConstant(id: number): boolean {
    if (this.frozen) return this.frozen.isFrozen(id);
    return this.binding.entry(id).kind === "eager" && id >= this.#firstOwnId;
  }

  /** Returns the output that produced a tensor: of an op, a constant or an input. */
  #made(id: number, op: string): Output {
    const entry = this.binding.entry(id);
    switch (entry.kind) {
      case "symbolic":
        if (entry.node!.trace !== this) throw new TraceError(leakedTensor(op));
        return entry.node!;
      case "resource":
        return this.#capture(this.binding.entry(entry.variableId!), entry.variableId!, DataType.resource, []);
      case "variable":
        return this.#read(entry, id);
      case "eager":
        return (this.frozen?.isNode(entry) ?? this.#isConstant(id))
          ? this.#constants.node(entry)
          : this.#capture(entry, id, entry.dtype, entry.shape);
    }
  }

  #capture(entry: Entry, id: number, dtype: number, shape: number[]): Output {
    let output = this.#captured.get(entry);
    if (!output) {
      output = this.graph.placeholder(shape, dtype);
      this.#captured.set(entry, output);
      this.captures.push({ entry, id, output });
      this.binding.retain(entry);
    }
    return output;
  }

  #read(entry: Entry, id: number): Output {
    const known = this.#order.value(entry);
    if (known) return known;
    const output = this.graph.add("ReadVariableOp", {
      attributes: [{ name: "dtype", type: AttributeType.type, value: entry.dtype }],
      inputs: [this.#capture(entry, id, DataType.resource, [])],
      control: this.#order.beforeRead(entry),
    });
    this.graph.setShape(output, entry.shape);
    this.#order.addRead(entry, output);
    return output;
  }

  /**
   * Ends the trace: the graph becomes a TensorFlow function of the arguments, then the captures, that
   * returns the tensors `outputIds`.
   *
   * @returns the function's name
   */
  finish(outputIds: readonly number[]): string {
    const returned = outputIds.map((id) => this.#input(id, "return"));
    const inputs = [...this.#arguments, ...this.captures.map(({ output }) => output)];
    // A function's outputs must be distinct nodes, none of them an input.
    const used = new Set(inputs.map(outputName));
    const outputs = returned.map((output) => {
      const name = outputName(output);
      if (used.has(name)) return this.graph.add("Identity", { inputs: [output] });
      used.add(name);
      return output;
    });
    return this.graph.toFunction(this.name, inputs, outputs, this.#order.lastWrites());
  }

  /** Computes the peak memory of the step's tensors in bytes; see `peakBytes`. */
  peakBytes(outputIds: readonly number[]): number {
    return peakBytes(this.ops, outputIds.map((id) => outputName(this.#input(id, "return"))));
  }

  /** Frees the graph. The function made by {@linkcode finish} remains. */
  dispose(): void {
    this.graph.dispose();
  }
}
