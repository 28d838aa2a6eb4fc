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
  await checkRegularFile(path);
  return await Deno.readFile(path);
}
