import { basename } from "node:path";

/** Returns whether the system refused a path because it, or a name in it, is too long. */
export function isTooLong(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
}

/** Returns the path with the longest last part. */
export function longestName(paths: readonly string[]): string {
  return paths.toSorted((a, b) => basename(b).length - basename(a).length)[0];
}

/**
 * Returns the message for a result whose path is too long.
 *
 * @param label the image and its page
 * @param result path of the result
 */
export function explainTooLong(label: string, result: string): string {
  const name = basename(result), bytes = new TextEncoder().encode(name).length;
  return `${label} is not segmented: the name of its result, ${name} (${bytes} bytes), is too long for the disk. ` +
    "Give the image a shorter name";
}
