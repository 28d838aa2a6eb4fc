import { rowMajorStrides } from "../math/row_major_strides.ts";
import { made, type OneDnn, OneDnnError } from "./onednn.ts";
import { ARGUMENT, DNNL, NUMBER, type NumberType, type OneDnnSymbols } from "./symbols.ts";

/** Most dimensions of a tensor of oneDNN. */
const MOST_DIMENSIONS = 12;

/** A tensor's shape, its type, and the distance between neighbours along each dimension, in numbers. */
export interface Layout {
  shape: readonly number[];
  type: NumberType;
  /** Default: the last dimension is contiguous, and nothing lies between the others. */
  strides?: readonly number[];
}

/** What is done with the results of a primitive before they are written, in this order. */
export interface Afterwards {
  /** Whether the results are added to what is there already. */
  sum?: boolean;
  activation?: "relu" | "relu6";
}

/** How a window moves over a map: `[along rows, along columns]`. */
export interface Window {
  stride: readonly number[];
  dilation: readonly number[];
  /** Padding before the first pixel. */
  before: readonly number[];
  /** Padding after the last pixel. */
  after: readonly number[];
}

/** An operation on tensors of known layouts. */
export interface Primitive {
  handle: bigint;
  /** Its tensors: number of the argument, and oneDNN's descriptor. */
  tensors: ReadonlyMap<number, bigint>;
  /** Bytes of temporary memory that a call needs. */
  scratchBytes: number;
}

function list(values: readonly number[]): BigInt64Array<ArrayBuffer> {
  const out = new BigInt64Array(MOST_DIMENSIONS);
  values.forEach((value, i) => out[i] = BigInt(value));
  return out;
}

/** Makes primitives of oneDNN, and frees them when it is disposed of. */
export class Primitives {
  readonly #symbols: OneDnnSymbols;
  readonly #frees: (() => void)[] = [];

  constructor(readonly oneDnn: OneDnn) {
    this.#symbols = oneDnn.symbols;
  }

  #own(free: (handle: bigint) => unknown, call: (out: BigUint64Array<ArrayBuffer>) => number): bigint {
    const handle = made(call);
    this.#frees.push(() => free(handle));
    return handle;
  }

  descriptor({ shape, type, strides = rowMajorStrides(shape) }: Layout): bigint {
    return this.#own(
      this.#symbols.dnnl_memory_desc_destroy,
      (out) =>
        this.#symbols.dnnl_memory_desc_create_with_strides(out, shape.length, list(shape), NUMBER[type], list(strides)),
    );
  }

  /** Makes a descriptor whose layout the primitive chooses. */
  #open({ shape, type }: Layout): bigint {
    return this.#own(
      this.#symbols.dnnl_memory_desc_destroy,
      (out) =>
        this.#symbols.dnnl_memory_desc_create_with_tag(out, shape.length, list(shape), NUMBER[type], DNNL.anyLayout),
    );
  }

  copyOf(descriptor: bigint): bigint {
    return this.#own(
      this.#symbols.dnnl_memory_desc_destroy,
      (out) => this.#symbols.dnnl_memory_desc_clone(out, descriptor),
    );
  }

  /** Makes a tensor at an address. */
  memory(descriptor: bigint, address: bigint): bigint {
    const handles = BigUint64Array.of(address);
    return this.#own(
      this.#symbols.dnnl_memory_destroy,
      (out) => this.#symbols.dnnl_memory_create_v2(out, descriptor, this.oneDnn.engine, 1, handles),
    );
  }

  #attributes({ sum, activation }: Afterwards): bigint {
    const { dnnl_post_ops_append_sum: addSum, dnnl_post_ops_append_eltwise: addActivation } = this.#symbols;
    const attributes = this.#own(this.#symbols.dnnl_primitive_attr_destroy, this.#symbols.dnnl_primitive_attr_create);
    made(() => this.#symbols.dnnl_primitive_attr_set_scratchpad_mode(attributes, DNNL.userScratchpad));
    const ops = this.#own(this.#symbols.dnnl_post_ops_destroy, this.#symbols.dnnl_post_ops_create);
    if (sum) made(() => addSum(ops, 1, 0, 0));
    if (activation) {
      made(() =>
        addActivation(ops, activation === "relu" ? DNNL.relu : DNNL.clip, 0, 6 * Number(activation === "relu6"))
      );
    }
    made(() => this.#symbols.dnnl_primitive_attr_set_post_ops(attributes, ops));
    return attributes;
  }

  /** Makes a primitive of a description; `tensors` may depend on what it has chosen. */
  #primitive(
    describe: (out: BigUint64Array<ArrayBuffer>) => number,
    tensors: (description: bigint) => [argument: number, descriptor: bigint][],
  ): Primitive {
    const { dnnl_primitive_desc_query_md: query } = this.#symbols;
    const description = this.#own(this.#symbols.dnnl_primitive_desc_destroy, describe);
    if (this.#nameOf(description).startsWith("ref")) throw new OneDnnError("oneDNN has no fast kernel for this");
    const handle = this.#own(
      this.#symbols.dnnl_primitive_destroy,
      (out) => this.#symbols.dnnl_primitive_create(out, description),
    );
    const scratch = query(description, DNNL.queryScratchpad, 0), all = new Map(tensors(description));
    const scratchBytes = scratch === 0n ? 0 : this.bytes(scratch);
    if (scratchBytes > 0) all.set(ARGUMENT.scratchpad, scratch);
    return { handle, tensors: all, scratchBytes };
  }

  /** Returns oneDNN's name of the kernel that it has chosen. */
  #nameOf(description: bigint): string {
    const address = made((out) => this.#symbols.dnnl_primitive_desc_query(description, DNNL.queryName, 0, out));
    return Deno.UnsafePointerView.getCString(Deno.UnsafePointer.create(address)!);
  }

  bytes(descriptor: bigint): number {
    return Number(this.#symbols.dnnl_memory_desc_get_size_v2(descriptor, 0));
  }

  /**
   * A convolution of maps `[images, channels, height, width]`.
   *
   * @param kernel `[out, in, height, width]`, or `[groups, out, in, height, width]`; oneDNN chooses the layout, which is
   * that of the argument `weights`
   */
  convolution(
    source: Layout,
    kernel: Layout,
    destination: Layout,
    { stride, dilation, before, after }: Window,
    afterwards: Afterwards,
  ): Primitive {
    const attributes = this.#attributes(afterwards), weights = this.#open(kernel);
    const [from, to] = [source, destination].map((each) => this.descriptor(each));
    const bias = this.descriptor({ shape: [destination.shape[1]], type: "float32" });
    return this.#primitive(
      (out) =>
        this.#symbols.dnnl_convolution_forward_primitive_desc_create(
          out,
          this.oneDnn.engine,
          DNNL.inference,
          DNNL.direct,
          from,
          weights,
          bias,
          to,
          list(stride),
          list(dilation.map((step) => step - 1)),
          list(before),
          list(after),
          attributes,
        ),
      (description) => [
        [ARGUMENT.source, from],
        [ARGUMENT.weights, this.#symbols.dnnl_primitive_desc_query_md(description, DNNL.queryWeights, 0)],
        [ARGUMENT.bias, bias],
        [ARGUMENT.destination, to],
      ],
    );
  }

  /** The maximum over a window of maps `[images, channels, height, width]`. */
  maxPooling(source: Layout, destination: Layout, kernel: readonly number[], window: Window): Primitive {
    const attributes = this.#attributes({}), { stride, dilation, before, after } = window;
    const [from, to] = [source, destination].map((each) => this.descriptor(each));
    return this.#primitive(
      (out) =>
        this.#symbols.dnnl_pooling_forward_primitive_desc_create(
          out,
          this.oneDnn.engine,
          DNNL.inference,
          DNNL.maximum,
          from,
          to,
          list(stride),
          list(kernel),
          list(dilation.map((step) => step - 1)),
          list(before),
          list(after),
          attributes,
        ),
      () => [[ARGUMENT.source, from], [ARGUMENT.destination, to]],
    );
  }

  /** A product of matrices `[batch, rows, inner]` and `[batch, inner, columns]`; a batch of 1 serves all others. */
  matrixProduct(source: Layout, weights: Layout, destination: Layout): Primitive {
    const attributes = this.#attributes({});
    const [from, by, to] = [source, weights, destination].map((each) => this.descriptor(each));
    return this.#primitive(
      (out) => this.#symbols.dnnl_matmul_primitive_desc_create(out, this.oneDnn.engine, from, by, 0n, to, attributes),
      () => [[ARGUMENT.source, from], [ARGUMENT.weights, by], [ARGUMENT.destination, to]],
    );
  }

  /** Copies a tensor to another layout or type. */
  copy(source: Layout, destination: Layout): Primitive {
    return this.copyBetween(this.descriptor(source), this.descriptor(destination));
  }

  copyBetween(from: bigint, to: bigint): Primitive {
    const attributes = this.#attributes({}), { engine } = this.oneDnn;
    return this.#primitive(
      (out) => this.#symbols.dnnl_reorder_primitive_desc_create(out, from, engine, to, engine, attributes),
      () => [[ARGUMENT.source, from], [ARGUMENT.destination, to]],
    );
  }

  [Symbol.dispose](): void {
    for (const free of this.#frees.splice(0).reverse()) free();
  }
}
