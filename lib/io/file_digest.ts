import { createHash } from "node:crypto";

/** What a file's digest field holds while the digest is computed: 64 zeros. */
export const BLANK_DIGEST = "0".repeat(64);

/** Whether a text can be a SHA-256 in hexadecimal. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/**
 * The digest that a file carries inside: SHA-256 over all of its bytes, the digest's own 64 counting as zeros.
 *
 * @param at where the digest's first byte lies
 * @returns 64 hexadecimal digits
 */
export function digestAround(file: Uint8Array, at: number): string {
  return createHash("sha256")
    .update(file.subarray(0, at))
    .update(BLANK_DIGEST)
    .update(file.subarray(at + BLANK_DIGEST.length))
    .digest("hex");
}

/** How files without a digest inside are taken. */
export interface DigestOptions {
  /**
   * Whether a file without a digest is taken, as earlier versions wrote them; damage to it may go unseen. Default `false`.
   */
  acceptWithoutDigest?: boolean;
}

/** Says of a file without a digest what to do. */
export const NO_DIGEST =
  "has no digest, without which damage goes unseen: if an earlier version wrote it, run the command again with " +
  "--accept-earlier (in a notebook set acceptEarlier = true, in code give openStudy { acceptWithoutDigest: true })";
