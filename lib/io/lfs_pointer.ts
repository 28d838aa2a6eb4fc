/** Most bytes of a pointer. */
const LONGEST = 1024;
const START = new TextEncoder().encode("version https://git-lfs.github.com/spec/");

/** Whether a file is a Git LFS pointer: a text in the place of the file (git-lfs specification, version 1). */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < LONGEST && START.every((byte, i) => bytes[i] === byte);
}
