import { WeightsError } from "./weights_error.ts";

/** A file of weights, and the SHA-256 that it must have, if known. */
export interface WeightsSource {
  path: string;
  sha256?: string;
}

const MARK = "#sha256=";

/**
 * Reads `FILE` or `FILE#sha256=DIGEST`.
 *
 * @throws {WeightsError} if the digest is not a whole SHA-256: a file can be forged to match the first digits.
 */
export function parseWeightsSource(source: string): WeightsSource {
  const at = source.lastIndexOf(MARK);
  if (at < 0) return { path: source };
  const path = source.slice(0, at), digest = source.slice(at + MARK.length);
  if (!/^[0-9a-f]{64}$/i.test(digest)) {
    throw new WeightsError(`"${digest}" after ${path}${MARK} is not a SHA-256: give all 64 hexadecimal digits`);
  }
  return { path, sha256: digest.toLowerCase() };
}

/** Formats a source as {@linkcode parseWeightsSource} reads it. */
export function weightsSource(path: string, sha256: string): string {
  return path + MARK + sha256;
}
