/** Returns a distance in bytes between planes of numbers: an odd number of cache lines, so that planes do not compete for the same ones. */
export function oddLines(numbers: number): number {
  return (Math.ceil(4 * numbers / 64) | 1) * 64;
}
