import type { OutputMetadata } from "./tracer.ts";

/** An op that ran while ops were recorded. */
export interface RecordedOp {
  /** TensorFlow's name of the op, or the name that `recordedOp` gave to a group of ops. */
  name: string;
  attributes: Readonly<Record<string, unknown>>;
  /** Ids of the tensors that it read. */
  inputs: readonly number[];
  /** Ids of its results. */
  outputs: readonly number[];
}

/** A tensor that recorded ops read and that none of them computed, such as a weight. */
export interface RecordedConstant {
  /** Its name, if the caller of `recordOps` gives it one. */
  name?: string;
  shape: readonly number[];
  values: Float32Array | Int32Array | Uint8Array;
}

/** The ops of a function in the order in which they ran, with the tensors between them as ids. */
export interface Recording {
  ops: readonly RecordedOp[];
  /** Ids of the function's arguments. */
  inputs: readonly number[];
  /** Id of its result. */
  output: number;
  /** The other tensors that the ops read, by id. */
  constants: ReadonlyMap<number, RecordedConstant>;
  /** Number of dimensions of each tensor, by id. */
  ranks: ReadonlyMap<number, number>;
}

/** Where the recorder finds shapes and values of tensors: the part of the binding that it uses. */
interface TensorStore {
  entry(id: number): { shape: readonly number[] };
  tensorDataSync(id: number): RecordedConstant["values"];
}

/** Keeps a list of the ops that run. */
export class OpRecorder {
  readonly ops: RecordedOp[] = [];
  readonly constants = new Map<number, RecordedConstant>();
  readonly ranks = new Map<number, number>();
  readonly #store: TensorStore;

  constructor(store: TensorStore, inputs: readonly number[]) {
    this.#store = store;
    for (const id of inputs) this.ranks.set(id, store.entry(id).shape.length);
  }

  add(
    name: string,
    attributes: Readonly<Record<string, unknown>>,
    inputs: readonly number[],
    outputs: readonly Pick<OutputMetadata, "id" | "shape">[],
  ): void {
    for (const id of inputs) this.#keepConstant(id);
    for (const { id, shape } of outputs) this.ranks.set(id, shape.length);
    this.ops.push({ name, attributes, inputs: [...inputs], outputs: outputs.map(({ id }) => id) });
  }

  /** Keeps the values of a tensor that no recorded op computed, since a temporary one is freed soon. */
  #keepConstant(id: number): void {
    if (this.ranks.has(id)) return;
    const { shape } = this.#store.entry(id);
    this.ranks.set(id, shape.length);
    this.constants.set(id, { shape: [...shape], values: this.#store.tensorDataSync(id) });
  }
}
