/** The largest logit, which keeps probabilities within [10⁻⁶, 1 − 10⁻⁶]. */
export const LOGIT_EDGE = Math.log((1 - 1e-6) / 1e-6);

/** Returns a probability's logit, clipped to ± {@linkcode LOGIT_EDGE}. */
export function clippedLogit(probability: number): number {
  return Math.min(LOGIT_EDGE, Math.max(-LOGIT_EDGE, Math.log(probability / (1 - probability))));
}
