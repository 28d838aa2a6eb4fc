import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.d.ts";
import { type Attribute, AttributeType, setAttribute } from "../ffi/attributes.ts";
import type { Context } from "../ffi/context.ts";
import { DataType, dataTypeSize } from "../ffi/dtype.ts";
import { describeTensor, TensorFlowError, TraceError } from "../ffi/errors.ts";
import { type Entry, leakedTensor } from "./entry.ts";
import { cString } from "../ffi/symbols.ts";
import { tensorBytes, tensorValues } from "./tensor_bytes.ts";
import type { OpRecorder } from "./op_recorder.ts";
import type { OutputMetadata, OwnOp, Tracer } from "./tracer.ts";

/** TensorFlow's name for a resource that lives as long as its handle. */
const ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

/** Number of live handles and their size in bytes. */
export interface HandleCount {
  handles: number;
  bytes: number;
}

/**
 * An implementation of `TFJSBinding`, the interface between tfjs's node backend and its native addon, on TensorFlow's
 * C API. While {@linkcode trace} is set, ops become nodes of its graph instead of being run.
 */
export class Binding implements TFJSBinding {
  readonly TF_FLOAT = DataType.float32;
  readonly TF_INT32 = DataType.int32;
  readonly TF_INT64 = DataType.int64;
  readonly TF_BOOL = DataType.bool;
  readonly TF_COMPLEX64 = DataType.complex64;
  readonly TF_STRING = DataType.string;
  readonly TF_RESOURCE = DataType.resource;
  readonly TF_UINT8 = DataType.uint8;
  readonly TF_ATTR_STRING = AttributeType.string;
  readonly TF_ATTR_INT = AttributeType.int;
  readonly TF_ATTR_FLOAT = AttributeType.float;
  readonly TF_ATTR_BOOL = AttributeType.bool;
  readonly TF_ATTR_TYPE = AttributeType.type;
  readonly TF_ATTR_SHAPE = AttributeType.shape;
  readonly TF_ATTR_RESOURCE = 9;
  readonly TF_Version: string;
  // Classes of the addon that the backend never constructs.
  readonly TensorMetadata = undefined as never;
  readonly TFEOpAttr = undefined as never;

  /** The trace of the current step, if one is being traced. */
  trace: Tracer | undefined;
  /** Keeps a list of the ops that run, if it is set. */
  recorder: OpRecorder | undefined;
  /** Number of calls of `TFE_Execute`, for tests and profiles. */
  executions = 0;

  readonly #entries = new Map<number, Entry>();
  #nextId = 1;
  #handles = 0;
  #bytes = 0;
  readonly #outputCount = new Int32Array(1);
  readonly #outputs = new BigUint64Array(64);

  constructor(readonly context: Context) {
    this.TF_Version = context.info.tensorflow;
  }

  isUsingGpuDevice(): boolean {
    return this.context.info.device === "GPU";
  }

  /** The id of the next tensor: smaller ids are older. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Counts live handles (eager tensors and variables) and their bytes. */
  count(): HandleCount {
    return { handles: this.#handles, bytes: this.#bytes };
  }

  getNumOfTensors(): number {
    return this.#handles;
  }

  add(entry: Omit<Entry, "references" | "bytes" | "writes">): number {
    const id = this.#nextId++;
    const elements = entry.shape.reduce((product, side) => product * side, 1);
    const bytes = elements * dataTypeSize(entry.dtype);
    this.#entries.set(id, { ...entry, references: 1, bytes, writes: 0 });
    if (entry.kind === "eager" || entry.kind === "variable") {
      this.#handles++;
      this.#bytes += bytes;
    }
    return id;
  }

  entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`Tensor ${id} was disposed`);
    return entry;
  }

  /** Gives a tensor another id, to be deleted like any other. */
  share(entry: Entry): number {
    const id = this.#nextId++;
    this.retain(entry);
    this.#entries.set(id, entry);
    return id;
  }

  /** Runs ops while a step is traced. */
  untraced<T>(run: () => T): T {
    const { trace } = this;
    this.trace = undefined;
    try {
      return run();
    } finally {
      this.trace = trace;
    }
  }

  /** Takes a reference, so that the handle outlives the tensor's disposal. */
  retain(entry: Entry): void {
    entry.references++;
  }

  release(entry: Entry): void {
    if (--entry.references > 0 || entry.handle === 0n || entry.kind === "resource") return;
    this.context.symbols.TFE_DeleteTensorHandle(entry.handle);
    this.#handles--;
    this.#bytes -= entry.bytes;
  }

  deleteTensor(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.release(entry);
  }

  /** Writes values into a `TF_Tensor`, which the caller deletes. */
  allocate(
    shape: readonly number[],
    dtype: number,
    values: ArrayBufferView<ArrayBuffer>,
  ): bigint {
    const { symbols } = this.context;
    const dims = BigInt64Array.from(shape, BigInt);
    const tensor = symbols.TF_AllocateTensor(dtype, dims, shape.length, BigInt(values.byteLength));
    symbols.copyToAddress(symbols.TF_TensorData(tensor), values as Uint8Array<ArrayBuffer>, BigInt(values.byteLength));
    return tensor;
  }

  createTensor(shape: number[], dtype: number, values: unknown): number {
    const { symbols, status } = this.context;
    const data = tensorBytes(values, dtype, shape);
    const tensor = this.allocate(shape, dtype, data);
    const handle = symbols.TFE_NewTensorHandle(tensor, status);
    symbols.TF_DeleteTensor(tensor);
    this.context.check("TFE_NewTensorHandle");
    return this.add({ kind: "eager", dtype, shape: [...shape], handle });
  }

  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const entry = this.entry(id);
    if (entry.kind === "symbolic" || this.trace) {
      throw new TraceError(
        `a compiled step cannot read a tensor's values while it is traced${this.trace?.location() ?? ""}: ` +
          "return the tensor from the step and read it afterwards",
      );
    }
    let handle = entry.handle;
    let temporary = 0n;
    if (entry.kind === "variable") handle = temporary = this.#readVariable(entry);
    const { symbols, status } = this.context;
    const tensor = symbols.TFE_TensorHandleResolve(handle, status);
    if (temporary) symbols.TFE_DeleteTensorHandle(temporary);
    if (symbols.TF_GetCode(status) !== 0) {
      throw new TensorFlowError("TFE_TensorHandleResolve", symbols.TF_GetCode(status), this.context.message());
    }
    const byteSize = symbols.TF_TensorByteSize(tensor);
    const bytes = new Uint8Array(Number(byteSize));
    if (byteSize > 0n) symbols.copyFromAddress(bytes, symbols.TF_TensorData(tensor), byteSize);
    symbols.TF_DeleteTensor(tensor);
    return tensorValues(bytes, entry.dtype);
  }

  executeOp(
    name: string,
    attributes: Attribute[],
    inputIds: number[],
    numOutputs: number,
    own?: OwnOp,
  ): OutputMetadata[] {
    if (this.trace) return this.trace.addOp(name, attributes, inputIds, numOutputs, own);
    const { symbols, status } = this.context;
    const op = symbols.TFE_NewOp(this.context.handle, cString(name), status);
    if (symbols.TF_GetCode(status) !== 0) throw this.#error(name, inputIds);
    const temporaries: bigint[] = [];
    try {
      for (const id of inputIds) {
        const entry = this.entry(id);
        let handle = entry.handle;
        // Every op with a resource among its inputs updates it.
        if (entry.kind === "resource") this.entry(entry.variableId!).writes++;
        if (entry.kind === "variable") temporaries.push(handle = this.#readVariable(entry));
        else if (entry.kind === "symbolic") throw new TraceError(leakedTensor(name));
        symbols.TFE_OpAddInput(op, handle, status);
      }
      for (const attribute of attributes) setAttribute(symbols, { op, status }, attribute);
      if (symbols.TF_GetCode(status) !== 0) throw this.#error(name, inputIds);
      this.#outputCount[0] = numOutputs;
      this.executions++;
      symbols.TFE_Execute(op, this.#outputs, this.#outputCount, status);
      if (symbols.TF_GetCode(status) !== 0) throw this.#error(name, inputIds);
      const outputs: OutputMetadata[] = [];
      for (let i = 0; i < numOutputs; i++) outputs.push(this.adopt(this.#outputs[i]));
      this.recorder?.add(
        name,
        Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
        inputIds,
        outputs,
      );
      return outputs;
    } finally {
      symbols.TFE_DeleteOp(op);
      for (const handle of temporaries) symbols.TFE_DeleteTensorHandle(handle);
    }
  }

  /** Takes ownership of a handle that TensorFlow returned. */
  adopt(handle: bigint): OutputMetadata {
    const { symbols, status } = this.context;
    const dtype = symbols.TFE_TensorHandleDataType(handle);
    const rank = symbols.TFE_TensorHandleNumDims(handle, status);
    const shape: number[] = new Array(rank);
    for (let i = 0; i < rank; i++) shape[i] = Number(symbols.TFE_TensorHandleDim(handle, i, status));
    return { id: this.add({ kind: "eager", dtype, shape, handle }), shape, dtype };
  }

  /** Makes a resource for a tensor that is updated in place; returns the ids of the value and the resource. */
  createVariable(initialId: number): { value: number; resource: number } {
    const { dtype, shape } = this.entry(initialId);
    const trace = this.trace;
    if (trace) {
      throw new TraceError(`a compiled step cannot create a variable${trace.location()}: create it before the step`);
    }
    const [created] = this.executeOp(
      "VarHandleOp",
      [
        { name: "dtype", type: AttributeType.type, value: dtype },
        { name: "shape", type: AttributeType.shape, value: shape },
        { name: "shared_name", type: AttributeType.string, value: ANONYMOUS },
      ],
      [],
      1,
    );
    const { handle } = this.entry(created.id);
    const value = this.add({ kind: "variable", dtype, shape, handle });
    const resource = this.add({ kind: "resource", dtype: DataType.resource, shape: [], handle, variableId: value });
    // The variable now owns the handle; remove the id that executeOp assigned to it.
    this.#entries.delete(created.id);
    this.#handles--;
    this.executeOp("AssignVariableOp", [{ name: "dtype", type: AttributeType.type, value: dtype }], [
      resource,
      initialId,
    ], 0);
    return { value, resource };
  }

  #readVariable(entry: Entry): bigint {
    const { symbols, status } = this.context;
    const op = symbols.TFE_NewOp(this.context.handle, cString("ReadVariableOp"), status);
    symbols.TFE_OpAddInput(op, entry.handle, status);
    symbols.TFE_OpSetAttrType(op, cString("dtype"), entry.dtype);
    const output = new BigUint64Array(1);
    this.#outputCount[0] = 1;
    this.executions++;
    symbols.TFE_Execute(op, output, this.#outputCount, status);
    symbols.TFE_DeleteOp(op);
    this.context.check("ReadVariableOp");
    return output[0];
  }

  #error(op: string, inputIds: number[]): TensorFlowError {
    const { symbols, status } = this.context;
    const code = symbols.TF_GetCode(status);
    return new TensorFlowError(op, code, this.describe(op, inputIds, this.context.message()));
  }

  /** Formats a message with the op and its inputs. */
  describe(op: string, inputIds: number[], message: string): string {
    const inputs = inputIds.map((id) => {
      const entry = this.#entries.get(id);
      return entry ? describeTensor(entry) : "disposed";
    });
    return `${op}(${inputs.join(", ")}): ${message}`;
  }

  loadSavedModel(): number {
    throw new Error("SavedModels need a Session, which this runtime never opens");
  }
  deleteSavedModel(): void {
    throw new Error("SavedModels need a Session, which this runtime never opens");
  }
  runSavedModel(): never {
    throw new Error("SavedModels need a Session, which this runtime never opens");
  }
  getNumOfSavedModels(): number {
    return 0;
  }
}
