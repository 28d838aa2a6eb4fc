import type { Ratio } from "../statistics.ts";
import type { Work } from "./works.ts";

/** The measurements of one comparison. */
export interface Result extends Work {
  /** Times faster than PyTorch's better layout; > 1 is faster. */
  speed: Ratio;
  eager?: Ratio;
  medianSeconds: Record<string, number>;
  peakBytes: Record<string, number>;
  /** Bytes of a training step and the optimiser: by the memory model, and measured. */
  plan?: { planned: number; measured: number };
  /** Our peak memory over PyTorch's smaller one; not measured for the scaling charts. */
  memory?: number;
  firstStepSeconds: number;
  /** Largest relative difference of the first losses, or of the mean probability. */
  difference: number;
  date: string;
  processor: string;
  seconds: Record<string, number[]>;
}
