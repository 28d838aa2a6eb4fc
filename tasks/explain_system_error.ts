/** Messages for errors of the operating system, by code; `file` is a path, or empty. */
const SENTENCES: Record<string, (file: string) => string> = {
  ENOSPC: (file) =>
    `The disk is full${file && `: ${file} was not written`}. Free some space and run the same command again`,
  EDQUOT: (file) =>
    `Your disk quota is used up${file && `: ${file} was not written`}. Free some space and run the same command again`,
  EROFS: (file) => `${file || "A file"} cannot be written: its disk is read-only. Choose another folder for the output`,
  EACCES: (file) =>
    `${file || "A file"} cannot be used: permission is denied. Change its permissions, or choose another folder`,
  EPERM: (file) =>
    `${file || "A file"} cannot be used: permission is denied. Change its permissions, or choose another folder`,
  ENOENT: (file) => `${file || "A file"} does not exist. Check the path`,
  ENOTDIR: (file) => `${file || "A path"} goes through a file that is not a folder. Check the path`,
  EISDIR: (file) => `${file || "A path"} is a folder, but a file is needed. Check the path`,
  ENAMETOOLONG: (file) => `The name ${file} is too long for the disk. Choose a shorter one`,
  EMFILE: () => "Too many files are open. Raise the limit (ulimit -n 4096) and run the same command again",
  EIO: (file) => `${file || "A file"} cannot be used: the disk reports an error. Check the disk`,
  ESTALE: (file) => `${file || "A file"} is gone from the network disk. Run the same command again`,
  ENOLCK: () =>
    "The disk has no file locks, which keep two commands from writing the same run. Choose a --results folder on another disk",
  ENOTSUP: (file) =>
    `The disk of ${file || "a file"} does not support a needed feature (perhaps file locks). Choose another folder`,
  ENOSYS: () =>
    "The disk has no file locks, which keep two commands from writing the same run. Choose a --results folder on another disk",
};

/** The detail that Deno adds to a system message: `(os error 28): open '/a' -> '/b'`. */
const DETAIL = /\s*\(os error \d+\)(?:: \w+ '((?:[^'\\]|\\.)*)'(?: -> '((?:[^'\\]|\\.)*)')?)?/;

/**
 * Explains an error of the operating system in sentences.
 *
 * @returns `undefined` for an error of another kind
 */
export function explainSystemError(error: Error): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  if (!Object.hasOwn(SENTENCES, code)) return undefined;
  const [, from, into] = DETAIL.exec(error.message) ?? [];
  const file = into ?? from ?? "";
  // If no call names the file, a caller may have named it in the message.
  const words = file ? "" : withoutSystemDetail(error.message);
  const more = /[/\\:]/.test(words) ? ` (${words})` : "";
  return `${SENTENCES[code](file)}${more}.`;
}

/** Returns a message without the system's error numbers and calls. */
export function withoutSystemDetail(message: string): string {
  return message.replace(new RegExp(DETAIL, "g"), "");
}
