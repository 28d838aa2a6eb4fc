import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from "onnx-buf";
import { scaleToIntegers } from "./scale_to_integers.ts";

/** An attribute of a node: an integer, a list of integers, or a text. Floats are marked with {@linkcode float}. */
export type AttributeValue = number | readonly number[] | string | { float: number };

/** Marks a number as a float attribute: a number without the mark is an integer. */
export function float(value: number): { float: number } {
  return { float: value };
}

function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === "string") {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

/** Collects the nodes and the constants of an ONNX graph, and names its values. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #names = new Set<string>();
  readonly #integers = new Map<string, string>();
  readonly #weightBits: 16 | 32;

  /** @param options `weightBits` are the bits of each weight of a convolution */
  constructor({ weightBits = 32 }: { weightBits?: 16 | 32 } = {}) {
    this.#weightBits = weightBits;
  }

  /** Returns a name that no other value has. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  /**
   * Adds a node with one result.
   *
   * @param op ONNX's name of the operator, such as `Conv`
   * @param inputs names of values; an omitted input is `""`
   * @param output wanted name of the result
   * @returns the name of the result
   */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output = op,
  ): string {
    const result = this.name(output);
    this.nodes.push(create(NodeProtoSchema, {
      name: result,
      opType: op,
      input: [...inputs],
      output: [result],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    }));
    return result;
  }

  /** Adds a float32 constant; returns its name. */
  floats(values: Float32Array, dims: readonly number[], wanted = "constant"): string {
    return this.#constant(wanted, DataType.FLOAT, values, dims);
  }

  /** Adds the weights of a convolution, an output channel after the other; returns the name of their float32 values. */
  weights(values: Float32Array, dims: readonly number[], wanted = "weight"): string {
    if (this.#weightBits === 32 || !values.every(Number.isFinite)) return this.floats(values, dims, wanted);
    const { integers, scales } = scaleToIntegers(values, dims[0]);
    const stored = this.#constant(`${wanted}/integers`, DataType.INT16, integers, dims);
    const cast = this.add("Cast", [stored], { to: DataType.FLOAT }, `${wanted}/cast`);
    const scale = this.floats(scales, [dims[0], ...dims.slice(1).map(() => 1)], `${wanted}/scale`);
    return this.add("Mul", [cast, scale], {}, wanted);
  }

  /** Returns the name of an int64 constant, which equal ones share. */
  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const key = `${dims}:${values}`;
    let name = this.#integers.get(key);
    if (name === undefined) {
      name = this.#constant("integers", DataType.INT64, BigInt64Array.from(values, BigInt), dims);
      this.#integers.set(key, name);
    }
    return name;
  }

  #constant(
    wanted: string,
    dataType: DataType,
    values: Float32Array | Int16Array | BigInt64Array,
    dims: readonly number[],
  ): string {
    const name = this.name(wanted);
    // ONNX's raw data is little-endian, as every processor that runs Deno is.
    const rawData = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    this.initializers.push(create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }));
    return name;
  }
}
