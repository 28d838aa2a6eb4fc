import { clippedLogit, LOGIT_EDGE } from "./logit.ts";

const STEPS = 65535;

/** Encodes a probability in 16 bits, as evenly spaced logits, so that values near 0 or 1 stay precise. */
export function logitCode(probability: number): number {
  return Math.round((clippedLogit(probability) + LOGIT_EDGE) / (2 * LOGIT_EDGE) * STEPS);
}

let decoded: Float32Array | undefined;

/** Returns the probability of every 16-bit code. */
function decodedCodes(): Float32Array {
  return decoded ??= Float32Array.from(
    { length: STEPS + 1 },
    (_, code) => 1 / (1 + Math.exp(LOGIT_EDGE - 2 * LOGIT_EDGE * code / STEPS)),
  );
}

/** Returns the probability of a code of {@linkcode logitCode}. */
export function codedProbability(code: number): number {
  return decodedCodes()[code];
}

/** Rounds probabilities as the saved predictions of a run do: through {@linkcode logitCode} and back. */
export function roundedProbabilities(probabilities: Float32Array): Float32Array {
  const codes = decodedCodes();
  return probabilities.map((probability) => codes[logitCode(probability)]);
}
