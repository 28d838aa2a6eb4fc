/** Schedules by name. */
export const SCHEDULES = ["cosine", "constant"] as const;
/** The course after the warm-up: `cosine` falls to 0 (Loshchilov & Hutter 2017), `constant` does not change. */
export type Schedule = typeof SCHEDULES[number];

/**
 * Returns the learning rate of a step.
 *
 * @param step counts from 0
 * @param total steps of the whole training
 * @param warmup steps over which the rate rises linearly to its peak
 */
export function learningRateAt(
  step: number,
  { peak, total, warmup, schedule }: { peak: number; total: number; warmup: number; schedule: Schedule },
): number {
  if (step < warmup) return peak * (step + 1) / warmup;
  if (schedule === "constant") return peak;
  return peak * 0.5 * (1 + Math.cos(Math.PI * (step - warmup) / Math.max(1, total - warmup)));
}
