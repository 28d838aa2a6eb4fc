import type { RecordedConstant, RecordedOp, Recording } from "../../tensorflow/mod.ts";
import { onnxBroadcast } from "../layout.ts";
import { OnnxError } from "../onnx_error.ts";
import type { GraphBuilder } from "../graph_builder.ts";

/** Writes a recorded op as ONNX nodes; returns the name of its result. */
export type Operator = (op: RecordedOp, values: Values) => string;

/** The names of a recording's tensors in an ONNX graph. */
export class Values {
  readonly #names = new Map<number, string>();
  readonly #recording: Recording;

  constructor(readonly graph: GraphBuilder, recording: Recording) {
    this.#recording = recording;
  }

  set(id: number, name: string): void {
    this.#names.set(id, name);
  }

  /** Returns the name of a map, or of a constant that is added to maps or multiplied by them. */
  get(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const { name: wanted, shape, values } = this.constant(id), dims = onnxBroadcast(shape);
    if (!dims) throw new OnnxError(`A constant of [${shape.join(", ")}] has no counterpart in ONNX's layout`);
    const name = this.graph.floats(Float32Array.from(values), dims, wanted);
    this.set(id, name);
    return name;
  }

  /** Returns a tensor that no op of the recording computed. */
  constant(id: number): RecordedConstant {
    const found = this.#recording.constants.get(id);
    if (!found) throw new OnnxError("An op computes a weight from others, which the export does not know");
    return found;
  }

  /** Number of dimensions of a tensor. */
  rank(id: number): number {
    return this.#recording.ranks.get(id)!;
  }
}
