import { clippedLogit, LOGIT_EDGE } from "./logit.ts";

const STEPS = 65535;

/** Encodes a probability in 16 bits, as evenly spaced logits, so that values near 0 or 1 stay precise. */
export function logitCode(probability: number): number {
  return Math.round((clippedLogit(probability) + LOGIT_EDGE) / (2 * LOGIT_EDGE) * STEPS);
}

/** The probability of every 16-bit code. */
const DECODED = Float32Array.from(
  { length: STEPS + 1 },
  (_, code) => 1 / (1 + Math.exp(LOGIT_EDGE - 2 * LOGIT_EDGE * code / STEPS)),
);

/** Returns the probability of a code of {@linkcode logitCode}. */
export function codedProbability(code: number): number {
  return DECODED[code];
}

/** Rounds probabilities as the saved predictions of a run do: through {@linkcode logitCode} and back. */
export function roundedProbabilities(probabilities: Float32Array): Float32Array {
  return probabilities.map((probability) => DECODED[logitCode(probability)]);
}
