/** Maximum size of a pointer, in bytes. */
const LONGEST = 1024;
const START = new TextEncoder().encode("version https://git-lfs.github.com/spec/");

/** Returns whether a file is a Git LFS pointer: a short text in place of the file (git-lfs specification, version 1). */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < LONGEST && START.every((byte, i) => bytes[i] === byte);
}
