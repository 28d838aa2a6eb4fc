/** An estimate with its 95 % confidence interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
  /** Number of groups of dependent images, which are its units. */
  groups: number;
  /**
   * Number of trainings per method, which count as a random factor; absent for one. With one training the interval is about
   * the trained models only: another training of the same recipe may lie outside.
   */
  trainings?: number;
  /**
   * Measured share of such intervals that hold the truth, with so many groups and trainings; absent or NaN if it was not
   * measured.
   */
  coverage?: number;
}
