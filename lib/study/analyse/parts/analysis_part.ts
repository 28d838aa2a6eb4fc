import type { z } from "zod";

/** A part of an analysis that is computed and saved alone. */
export interface AnalysisPart<Value> {
  /** Its name, which is also its folder among the saved parts. */
  name: string;
  /** What it does, for a progress display. */
  label: string;
  /** Schema of the computed value as JSON. */
  schema: z.ZodType<Value>;
  /**
   * Computes it from the maps of the runs.
   *
   * @param report called with the completed share, 0 to 1, and what is done next
   */
  compute(report: (done: number, doing: string) => void): Promise<Value>;
}
