import type { Ratio } from "../statistics.ts";
import type { Work } from "./works.ts";

/** The measurements of one comparison. */
export interface Result extends Work {
  /** Speed relative to PyTorch's better layout; > 1 is faster. */
  speed: Ratio;
  /** Speed relative to eager ops of this project. */
  eager?: Ratio;
  /** Speed on a GPU relative to the same step without XLA. */
  ops?: Ratio;
  /** Speed relative to each other engine, PyTorch's better layout among them. Absent in earlier results. */
  rivals?: Record<string, Ratio>;
  /** The fastest other engine. Absent in earlier results. */
  fastest?: string;
  medianSeconds: Record<string, number>;
  peakBytes: Record<string, number>;
  /** Bytes of a training step and the optimiser, according to the memory model and as measured. */
  plan?: { planned: number; measured: number };
  /** Peak memory of this project divided by PyTorch's smaller one; not measured for the scaling charts. */
  memory?: number;
  firstStepSeconds: number;
  /** Largest relative difference of the first losses, or of the mean probability. */
  difference: number;
  /** The other engines' versions, and the GPU if there is one. Absent in earlier results. */
  versions?: Record<string, unknown>;
  date: string;
  processor: string;
  seconds: Record<string, number[]>;
}
