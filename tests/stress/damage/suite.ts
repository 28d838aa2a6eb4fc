import type { Random } from "lib/math/random.ts";

/** A file that is damaged, or made to do harm. */
export interface DamagedFile {
  name: string;
  bytes: Uint8Array;
  /** Says of what was read whether it is what the undamaged file holds; left out where a change cannot be noticed. */
  isSame?: (read: unknown) => boolean;
}

/** What came of reading one. */
export interface ReadFile {
  /** For {@linkcode DamagedFile.isSame}. */
  value: unknown;
  /** Bytes of the numbers that were read. */
  decoded: number;
}

/** Files of one format, and how they are read. */
export interface DamagedFormat {
  /** The files that are made on purpose: each is read once. */
  crafted?: readonly { name: string; make: () => Uint8Array }[];
  /** One of the others. */
  make(random: Random): DamagedFile;
  /** Reads a file that lies at a path. */
  read(path: string, bytes: Uint8Array): Promise<ReadFile>;
  /** Whether a refusal is one that a user understands: of the right kind, with the file's name. */
  isNamed(error: Error, path: string): boolean;
}

/** A module of this folder that exports the formats of one check. */
export interface DamageSuite {
  FORMATS: Readonly<Record<string, DamagedFormat>>;
}

/** What a child process says of one file. */
export interface FileOutcome {
  index: number;
  name: string;
  outcome: "read" | "refused" | "unnamed" | "changed" | "slow" | "large";
  seconds: number;
  megabytes: number;
  note: string;
}

/** The bounds: time and memory for a file that decodes to this many bytes. */
export const mostSeconds = (decoded: number) => 5 + decoded / 50e6;
export const mostBytes = (decoded: number) => 200e6 + 4 * decoded;
