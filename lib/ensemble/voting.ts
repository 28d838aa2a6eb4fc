/**
 * Computes soft voting: the weighted mean of the members' probabilities.
 *
 * @param weights weights of sum 1. Default: equal.
 */
export function softVote(maps: readonly ArrayLike<number>[], weights?: readonly number[]): Float32Array {
  const share = weights ?? maps.map(() => 1 / maps.length);
  const out = new Float32Array(maps[0].length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let m = 0; m < maps.length; m++) sum += share[m] * maps[m][i];
    out[i] = sum;
  }
  return out;
}

/** Computes majority voting: the share of members that call a pixel foreground. The mean probability decides ties. */
export function majorityVote(maps: readonly ArrayLike<number>[], threshold = 0.5): Float32Array {
  const out = new Float32Array(maps[0].length);
  for (let i = 0; i < out.length; i++) {
    let votes = 0, sum = 0;
    for (let m = 0; m < maps.length; m++) {
      sum += maps[m][i];
      if (maps[m][i] > threshold) votes++;
    }
    out[i] = 2 * votes === maps.length ? (sum / maps.length > threshold ? 0.5 + 1e-6 : 0.5) : votes / maps.length;
  }
  return out;
}
