/** An estimate with the ends of its 95 % confidence interval. */
export interface Estimate {
  estimate: number;
  low: number;
  high: number;
}

/** An {@linkcode Estimate} with the numbers of groups and trainings behind it. */
export interface Interval extends Estimate {
  /** Number of groups of dependent images, which are the units of the population. */
  groups: number;
  /** Number of trainings, which count as a random factor. With 1, the interval is about these trained models only. */
  trainings: number;
  /**
   * Measured share of such intervals that hold the truth, with so many groups and trainings
   * ({@linkcode measuredCoverage}); NaN where it was not measured.
   */
  coverage: number;
}
