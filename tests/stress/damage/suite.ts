import type { Random } from "lib/math/random.ts";

/** A damaged or crafted file. */
export interface DamagedFile {
  name: string;
  bytes: Uint8Array;
  /** Returns whether the value read equals that of the undamaged file; absent if a change cannot be detected. */
  isSame?: (read: unknown) => boolean;
}

/** The result of reading a file. */
export interface ReadFile {
  /** The value read, for {@linkcode DamagedFile.isSame}. */
  value: unknown;
  /** Bytes of the decoded numbers. */
  decoded: number;
}

/** Damaged files of one format, and their reader. */
export interface DamagedFormat {
  /** The crafted files, each of which is read once. */
  crafted?: readonly { name: string; make: () => Uint8Array }[];
  /** Makes a randomly damaged file. */
  make(random: Random): DamagedFile;
  /** Reads the file at a path. */
  read(path: string, bytes: Uint8Array): Promise<ReadFile>;
  /** Returns whether an error is one that a user understands: of the right class, with the file's name. */
  isNamed(error: Error, path: string): boolean;
}

/** A module of this folder that exports the formats of one check. */
export interface DamageSuite {
  FORMATS: Readonly<Record<string, DamagedFormat>>;
}

/** The outcome of one file, as a child process reports it. */
export interface FileOutcome {
  index: number;
  name: string;
  outcome: "read" | "refused" | "unnamed" | "changed" | "slow" | "large";
  seconds: number;
  megabytes: number;
  note: string;
}

/** Returns the limits of time and memory for a file that decodes to this many bytes. */
export const mostSeconds = (decoded: number) => 5 + decoded / 50e6;
export const mostBytes = (decoded: number) => 200e6 + 4 * decoded;
