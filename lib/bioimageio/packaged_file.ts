import { createHash } from "node:crypto";

/** A file of a package as its description names it. */
export interface PackagedFile {
  /** Name within the package. */
  source: string;
  /** The SHA-256 of its content. */
  sha256: string;
}

/** Files of a package by name. */
export class PackagedFiles {
  readonly contents: Record<string, Uint8Array> = {};

  /** Adds a file; returns its description. */
  add(source: string, content: Uint8Array | string): PackagedFile {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.contents[source] = bytes;
    return { source, sha256: createHash("sha256").update(bytes).digest("hex") };
  }
}
