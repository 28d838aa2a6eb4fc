import { createHash } from "node:crypto";

/** The content of a file's digest field while the digest is computed: 64 zeros. */
export const BLANK_DIGEST = "0".repeat(64);

/** Returns whether a text has the form of a SHA-256 in hexadecimal. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/**
 * Computes the digest that a file carries inside: SHA-256 over all of its bytes, with the 64 digits of the digest field
 * replaced by zeros.
 *
 * @param at offset of the digest field, in bytes
 * @returns 64 hexadecimal digits
 */
export function selfDigest(file: Uint8Array, at: number): string {
  return createHash("sha256")
    .update(file.subarray(0, at))
    .update(BLANK_DIGEST)
    .update(file.subarray(at + BLANK_DIGEST.length))
    .digest("hex");
}

/** How files without a digest are treated. */
export interface DigestOptions {
  /**
   * Whether a file without a digest is accepted. Earlier versions wrote such files; damage to them may remain
   * undetected. Default `false`.
   */
  acceptWithoutDigest?: boolean;
}

/** The end of a message about a file without a digest. */
export const NO_DIGEST =
  "has no digest, so damage cannot be detected: if an earlier version wrote it, run the command again with " +
  "--accept-earlier (in a notebook set acceptEarlier = true, in code give the option acceptWithoutDigest: true)";
