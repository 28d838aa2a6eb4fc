/**
 * The pixels of an image on which members differ: those that the weights of an average can change. Greedy selection adds
 * members to an average one by one.
 */
export interface Dispute {
  /**
   * Computes the Dice of the average with one more member.
   *
   * @param size number of members in that average
   */
  scoreWith(member: number, size: number): number;
  /** Adds a member to the average. */
  add(member: number): void;
}
