/** Size in bytes from which on a file is read into memory of its size. */
const LARGE = 1 << 20;

/**
 * Checks that a path leads to a regular file. Reading a pipe would block, and a device such as /dev/zero never ends.
 *
 * @throws {Error} naming the kind of file found instead, without the path.
 */
export async function checkRegularFile(path: string): Promise<Deno.FileInfo> {
  const info = await Deno.stat(path);
  if (info.isFile) return info;
  const kind = info.isDirectory
    ? "a folder"
    : info.isFifo
    ? "a named pipe"
    : info.isSocket
    ? "a socket"
    : info.isCharDevice || info.isBlockDevice
    ? "a device"
    : "of an unknown kind";
  throw new Error(`it is ${kind}, not a file`);
}

/**
 * Reads a whole regular file.
 *
 * @throws {Error} if it cannot be read or is not a regular file; the message does not name the path.
 */
export async function readRegularFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await checkRegularFile(path);
  if (size < LARGE) return await Deno.readFile(path);
  // `Deno.readFile` takes twice as long: its buffer grows with the file.
  using file = await Deno.open(path);
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return at === size ? bytes : bytes.slice(0, at);
}
